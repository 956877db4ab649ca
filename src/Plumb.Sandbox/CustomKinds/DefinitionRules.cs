using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.CustomKinds;

/// <summary>
/// Checks a CustomResourceDefinition in the order and the words of apiextensions' validation, which sees a definition in its internal form:
/// a schema that all versions share stands at <c>spec.validation</c>.
/// </summary>
internal static class DefinitionRules
{
    public static IReadOnlyList<SchemaFault> Check(KubeObject crd, KubeObject? old)
    {
        var faults = new Faults();
        Node spec = crd.Root["spec"];
        var (plural, group) = (spec["names"]["plural"].Text(), spec["group"].Text());
        if (old is null && crd.Name != plural + "." + group)
            faults.Invalid("metadata.name", crd.Name, "must be spec.names.plural+\".\"+spec.group");
        if (group.Length == 0) faults.Required("spec.group");
        else if (old is null) CheckGroup(group, faults);
        CheckScope(spec["scope"].Text(), faults);
        CheckVersions(spec["versions"], faults);
        // Its internal form has the first version once more, as definitions of v1beta1 had it.
        var first = spec["versions"].Maps().FirstOrDefault()?["name"].Text() ?? "";
        if (first.Length > 0) faults.Invalid("spec.version", first, Formats.Dns1035Label(first));
        CheckNames(spec["names"], faults);
        if (!spec["versions"].Maps().Any(v => v["storage"].AsBool() == true))
            faults.InvalidPrinted("status.storedVersions", "null", "must have at least one stored version");
        if (old is not null) CheckImmutable(old.Root["spec"], spec, faults);
        return faults.Items;
    }

    private static void CheckGroup(string group, Faults faults)
    {
        faults.Invalid("spec.group", group, Formats.DnsSubdomain(group));
        if (!group.Contains('.')) faults.Invalid("spec.group", group, "should be a domain with at least one dot");
    }

    private static void CheckScope(string scope, Faults faults)
    {
        if (scope.Length == 0) faults.Required("spec.scope");
        else if (scope is not ("Namespaced" or "Cluster")) faults.NotSupported("spec.scope", scope, "Cluster", "Namespaced");
    }

    private static void CheckVersions(Node versions, Faults faults)
    {
        var all = versions.Maps().ToList();
        for (var i = 0; i < all.Count; i++)
        {
            var name = all[i]["name"].Text();
            faults.Invalid($"spec.versions[{i}].name", name, Formats.Dns1035Label(name));
        }

        if (all.Count(v => v["storage"].AsBool() == true) != 1)
        {
            faults.InvalidPrinted("spec.versions", versions.IsNullOrAbsent ? "null" : Json.WriteText(versions),
                "must have exactly one version marked as storage version");
        }

        var shared = all.Count > 0 && all.All(v => v["schema"] == all[0]["schema"]);
        for (var i = 0; i < (shared ? 1 : all.Count); i++)
        {
            var place = shared ? "spec.validation" : $"spec.versions[{i}].schema";
            var schema = all[i]["schema"]["openAPIV3Schema"];
            if (schema.AsMap() is null) faults.Required($"spec.versions[{i}].schema.openAPIV3Schema", "schemas are required");
            else CheckSchema(schema, place, faults);
        }
    }

    private static void CheckSchema(Node schema, string place, Faults faults)
    {
        var problems = new List<string>();
        CustomSchema.Read(schema, false, problems);
        foreach (var problem in problems) Add(place, problem, faults);
        if (problems.Count == 0) CheckDefaults(schema, place + ".openAPIV3Schema", faults);
    }

    // "openAPIV3Schema.type: Required value: why": a path, a kind of fault, a reason.
    private static void Add(string place, string problem, Faults faults)
    {
        var colon = problem.IndexOf(": ", StringComparison.Ordinal);
        var (field, message) = colon < 0 ? ("openAPIV3Schema", problem) : (problem[..colon], problem[(colon + 2)..]);
        var reason = message.Split(':')[0] switch
        {
            "Required value" => "FieldValueRequired",
            "Unsupported value" => "FieldValueNotSupported",
            "Forbidden" => "FieldValueForbidden",
            "Duplicate value" => "FieldValueDuplicate",
            _ => "FieldValueInvalid",
        };
        faults.Add(new(reason, $"{place}.{field}", message));
    }

    /// <summary>A default must fit its own schema.</summary>
    private static void CheckDefaults(Node schema, string path, Faults faults)
    {
        if (schema["default"] is { IsNullOrAbsent: false } value)
        {
            var holder = new MapNode { ["type"] = "object", ["properties"] = new MapNode { ["v"] = schema.DeepClone() } };
            foreach (var fault in SchemaWalk.Validate(new MapNode { ["v"] = value.DeepClone() }, CustomSchema.Read(holder, false, [])))
            {
                faults.Add(fault with
                {
                    Field = path + ".default" + fault.Field[1..],
                    Message = fault.Message.Replace(": v in body", ":  in body", StringComparison.Ordinal),
                });
            }
        }

        foreach (var (name, property) in schema["properties"].Entries()) CheckDefaults(property, $"{path}.properties[{name}]", faults);
        if (schema["items"].AsMap() is { } items) CheckDefaults(items, path + ".items", faults);
        if (schema["additionalProperties"].AsMap() is { } additional) CheckDefaults(additional, path + ".additionalProperties", faults);
    }

    private static void CheckNames(Node names, Faults faults)
    {
        Label("plural", "");
        Label("singular", "");
        Label("kind", "may have mixed case, but should otherwise match: ");
        Label("listKind", "may have mixed case, but should otherwise match: ");
        var i = 0;
        foreach (var name in names["shortNames"].Texts()) faults.Invalid($"spec.names.shortNames[{i++}]", name, Formats.Dns1035Label(name));
        if (names["kind"].Text() is { Length: > 0 } kind && names["listKind"].Text() == kind)
            faults.Invalid("spec.names.listKind", kind, "kind and listKind may not be the same");

        void Label(string field, string before)
        {
            var text = names[field].Text();
            if (text.Length == 0)
            {
                faults.Required("spec.names." + field);
                return;
            }

            var judged = before.Length > 0 ? text.ToLowerInvariant() : text;
            faults.Invalid("spec.names." + field, text, Formats.Dns1035Label(judged).Select(p => before + p));
        }
    }

    private static void CheckImmutable(Node before, Node after, Faults faults)
    {
        foreach (var field in (ReadOnlySpan<string>)["group", "scope"])
        {
            if (before[field] != after[field]) faults.Invalid("spec." + field, after[field], "field is immutable");
        }

        if (before["names"]["plural"] != after["names"]["plural"]) faults.Invalid("spec.names.plural", after["names"]["plural"], "field is immutable");
        if (before["names"]["kind"] != after["names"]["kind"]) faults.Invalid("spec.names.kind", after["names"]["kind"], "field is immutable");
    }
}
