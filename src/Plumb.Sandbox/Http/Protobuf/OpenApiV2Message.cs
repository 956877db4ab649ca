using Plumb.Manifests.Documents;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Http.Protobuf;

/// <summary>
/// The OpenAPI v2 document as the message <c>openapi.v2.Document</c>, for clients that read no other form of it, kubectl among them. The
/// numbers of the fields are those of gnostic's <c>openapiv2/OpenAPIv2.proto</c>; extensions are carried as YAML, which JSON is.
/// </summary>
internal static class OpenApiV2Message
{
    /// <summary>The media type of the answer. Clients ask for it with <c>@</c> before the version, which is no valid name.</summary>
    public const string MediaType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>The message of a document in JSON, as far as <see cref="Manifests.Schemas.OpenApi"/> writes one.</summary>
    public static byte[] Write(Node document)
    {
        var root = new ProtobufWriter();
        root.Text(1, document["swagger"].AsString());
        root.Message(2, w =>
        {
            w.Text(1, document["info"]["title"].AsString());
            w.Text(2, document["info"]["version"].AsString());
        });
        root.Message(8, w => Named(w, 2, document["paths"], Path));
        root.Message(9, w => Named(w, 1, document["definitions"], Schema));
        return root.Written.ToArray();
    }

    private static void Named(ProtobufWriter writer, int field, Node map, Action<ProtobufWriter, Node> value)
    {
        foreach (var (name, node) in map.AsMap() ?? [])
        {
            writer.Message(field, w =>
            {
                w.Text(1, name);
                w.Message(2, inner => value(inner, node));
            });
        }
    }

    private static void Path(ProtobufWriter writer, Node path)
    {
        foreach (var (field, method) in ((int, string)[])[(2, "get"), (3, "put"), (4, "post"), (5, "delete"), (8, "patch")])
        {
            if (!path[method].IsAbsent) writer.Message(field, w => Operation(w, path[method]));
        }

        foreach (var parameter in path["parameters"].Maps()) writer.Message(9, w => Parameter(w, parameter));
    }

    private static void Operation(ProtobufWriter writer, Node operation)
    {
        writer.Text(5, operation["operationId"].AsString());
        foreach (var type in operation["consumes"].Texts()) writer.Item(7, type);
        foreach (var parameter in operation["parameters"].Maps()) writer.Message(8, w => Parameter(w, parameter));
        writer.Message(9, w => Named(w, 1, operation["responses"], (value, response) => value.Message(1, inner =>
        {
            inner.Text(1, response["description"].AsString());
            inner.Message(2, item => item.Message(1, schema => Schema(schema, response["schema"])));
        })));
        Extensions(writer, 13, operation);
    }

    /// <summary>A parameter in the body, in the query or in the path: each is a message of its own, in two envelopes.</summary>
    private static void Parameter(ProtobufWriter writer, Node parameter) => writer.Message(1, w =>
    {
        var place = parameter["in"].Text();
        if (place == "body")
        {
            w.Message(1, body =>
            {
                body.Text(2, parameter["name"].AsString());
                body.Text(3, place);
                body.Flag(4, parameter["required"].AsBool());
                body.Message(5, schema => Schema(schema, parameter["schema"]));
            });
            return;
        }

        var (envelope, type) = place == "query" ? (3, 6) : (4, 5);
        w.Message(2, other => other.Message(envelope, p =>
        {
            p.Flag(1, parameter["required"].AsBool());
            p.Text(2, place);
            p.Text(4, parameter["name"].AsString());
            p.Text(type, parameter["type"].AsString());
        }));
    });

    private static void Schema(ProtobufWriter writer, Node schema)
    {
        writer.Text(1, schema["$ref"].AsString());
        writer.Text(2, schema["format"].AsString());
        writer.Text(4, schema["description"].AsString());
        if (!schema["default"].IsAbsent) writer.Message(5, w => Any(w, schema["default"]));
        writer.Real(6, schema["multipleOf"].AsDouble());
        writer.Real(7, schema["maximum"].AsDouble());
        writer.Flag(8, schema["exclusiveMaximum"].AsBool());
        writer.Real(9, schema["minimum"].AsDouble());
        writer.Flag(10, schema["exclusiveMinimum"].AsBool());
        writer.Whole(11, schema["maxLength"].AsInt());
        writer.Whole(12, schema["minLength"].AsInt());
        writer.Text(13, schema["pattern"].AsString());
        writer.Whole(14, schema["maxItems"].AsInt());
        writer.Whole(15, schema["minItems"].AsInt());
        foreach (var name in schema["required"].Texts()) writer.Item(19, name);
        foreach (var value in schema["enum"].AsList() ?? []) writer.Message(20, w => Any(w, value));
        if (!schema["additionalProperties"].IsAbsent) writer.Message(21, w => w.Message(1, s => Schema(s, schema["additionalProperties"])));
        if (schema["type"].AsString() is { } type) writer.Message(22, w => w.Item(1, type));
        if (!schema["items"].IsAbsent) writer.Message(23, w => w.Message(1, s => Schema(s, schema["items"])));
        if (schema["properties"].AsMap() is { Count: > 0 }) writer.Message(25, w => Named(w, 1, schema["properties"], Schema));
        Extensions(writer, 31, schema);
    }

    private static void Extensions(ProtobufWriter writer, int field, Node node)
    {
        foreach (var (name, value) in node.AsMap() ?? [])
        {
            if (!name.StartsWith("x-", StringComparison.Ordinal)) continue;
            writer.Message(field, w =>
            {
                w.Text(1, name);
                w.Message(2, any => Any(any, value));
            });
        }
    }

    private static void Any(ProtobufWriter writer, Node value) => writer.Text(2, Json.WriteText(value));
}
