using System.Text.Json;

namespace Plumb.Manifests.Schemas;

/// <summary>Writes the paths of one kind: what can be done, with which parameters and media types.</summary>
internal sealed class OpenApiPaths(Utf8JsonWriter writer, OpenApiForm form, OpenApiKind kind)
{
    private static readonly string[] MediaTypes = ["application/json", "application/yaml"];

    private readonly string _definition = form.Reference(OpenApiForm.NameOf(kind));

    private string[] PatchTypes => kind.Schema.IsBuiltIn
        ?
        [
            "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml",
        ]
        : ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

    public void Write()
    {
        var root = OpenApiForm.Root(kind.Kind);
        var collection = kind.Namespaced ? $"{root}/namespaces/{{namespace}}/{kind.Plural}" : $"{root}/{kind.Plural}";
        WriteCollection(collection);
        if (kind.Namespaced && Has("list"))
        {
            writer.WriteStartObject($"{root}/{kind.Plural}");
            WriteOperation("get", "list", "listFor", false, true);
            writer.WriteEndObject();
        }

        if (!Has("get")) return;
        WriteItem(collection + "/{name}", "");
        if (kind.HasStatus) WriteItem(collection + "/{name}/status", "Status");
    }

    private void WriteCollection(string path)
    {
        writer.WriteStartObject(path);
        if (Has("list")) WriteOperation("get", "list", "list", false, true);
        if (Has("create")) WriteOperation("post", "post", "create", true);
        if (Has("deletecollection")) WriteOperation("delete", "deletecollection", "deleteCollection", false);
        WriteParameters();
        writer.WriteEndObject();
    }

    private void WriteItem(string path, string part)
    {
        writer.WriteStartObject(path);
        WriteOperation("get", "get", "read" + part, false);
        if (Has("update")) WriteOperation("put", "put", "replace" + part, true);
        if (Has("patch")) WriteOperation("patch", "patch", "patch" + part, true);
        if (part.Length == 0 && Has("delete")) WriteOperation("delete", "delete", "delete", false);
        WriteParameters("name");
        writer.WriteEndObject();
    }

    private bool Has(string verb) => kind.Verbs.Contains(verb);

    private void WriteOperation(string method, string action, string idPrefix, bool writes, bool list = false)
    {
        writer.WriteStartObject(method);
        writer.WriteString("operationId", $"{idPrefix}{kind.Kind.Group}{kind.Kind.Version}{kind.Kind.Kind}");
        if (method == "patch" && !form.IsV3)
        {
            writer.WriteStartArray("consumes");
            foreach (var type in PatchTypes) writer.WriteStringValue(type);
            writer.WriteEndArray();
        }

        if (writes || method == "delete") WriteWriteParameters(method, writes);
        if (writes && form.IsV3) WriteRequestBody(method);
        WriteResponses(list);
        writer.WriteString("x-kubernetes-action", action);
        writer.WritePropertyName("x-kubernetes-group-version-kind");
        OpenApiDefinitions.WriteKind(writer, kind.Kind);
        writer.WriteEndObject();
    }

    private void WriteWriteParameters(string method, bool writes)
    {
        writer.WriteStartArray("parameters");
        if (writes && !form.IsV3)
        {
            writer.WriteStartObject();
            writer.WriteString("name", "body");
            writer.WriteString("in", "body");
            writer.WriteBoolean("required", true);
            writer.WriteStartObject("schema");
            if (method == "patch") writer.WriteString("type", "object");
            else writer.WriteString("$ref", _definition);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        WriteParameter("dryRun", "query", "string");
        if (writes)
        {
            WriteParameter("fieldManager", "query", "string");
            WriteParameter("fieldValidation", "query", "string");
        }

        if (method == "patch") WriteParameter("force", "query", "boolean");
        writer.WriteEndArray();
    }

    private void WriteRequestBody(string method)
    {
        writer.WriteStartObject("requestBody");
        writer.WriteStartObject("content");
        foreach (var type in method == "patch" ? PatchTypes : ["*/*"])
        {
            writer.WriteStartObject(type);
            writer.WriteStartObject("schema");
            if (method == "patch") writer.WriteString("type", "object");
            else writer.WriteString("$ref", _definition);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteBoolean("required", true);
        writer.WriteEndObject();
    }

    private void WriteResponses(bool list)
    {
        var reference = list ? _definition + "List" : _definition;
        writer.WriteStartObject("responses");
        writer.WriteStartObject("200");
        writer.WriteString("description", "OK");
        if (form.IsV3)
        {
            writer.WriteStartObject("content");
            foreach (var type in MediaTypes)
            {
                writer.WriteStartObject(type);
                WriteReference(reference);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }
        else
        {
            WriteReference(reference);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteReference(string reference)
    {
        writer.WriteStartObject("schema");
        writer.WriteString("$ref", reference);
        writer.WriteEndObject();
    }

    private void WriteParameters(string? name = null)
    {
        writer.WriteStartArray("parameters");
        if (name is not null) WriteParameter(name, "path", "string");
        if (kind.Namespaced) WriteParameter("namespace", "path", "string");
        writer.WriteEndArray();
    }

    private void WriteParameter(string name, string place, string type)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("in", place);
        if (place == "path") writer.WriteBoolean("required", true);
        if (form.IsV3) writer.WriteStartObject("schema");
        writer.WriteString("type", type);
        if (form.IsV3) writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
