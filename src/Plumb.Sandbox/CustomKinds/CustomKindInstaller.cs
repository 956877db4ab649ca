using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.CustomKinds;

/// <summary>Turns CustomResourceDefinitions into served kinds.</summary>
internal static class CustomKindInstaller
{
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    public static bool IsDefinition(ResourceType type) => type.Is("apiextensions.k8s.io", "CustomResourceDefinition");

    /// <summary>Completes and checks a definition before it is stored: names, versions, conditions.</summary>
    public static IReadOnlyList<SchemaFault> Prepare(KubeObject crd, KubeObject? old, ObjectApi api)
    {
        var faults = new List<SchemaFault>();
        var spec = crd.Root.GetOrAddMap("spec");
        var names = spec.GetOrAddMap("names");
        var kind = names["kind"].AsString() ?? "";
        var plural = names["plural"].AsString() ?? "";
        var group = spec["group"].AsString() ?? "";
        Require(faults, "spec.group", group);
        Require(faults, "spec.names.plural", plural);
        Require(faults, "spec.names.kind", kind);
        if (faults.Count > 0) return faults;
        if (names["singular"].IsNullOrAbsent) names["singular"] = kind.ToLowerInvariant();
        if (names["listKind"].IsNullOrAbsent) names["listKind"] = kind + "List";
        if (crd.Name != plural + "." + group)
        {
            faults.Add(new("FieldValueInvalid", "metadata.name",
                $"Invalid value: \"{crd.Name}\": must be spec.names.plural+\".\"+spec.group"));
        }

        CheckScope(spec, old, faults);
        CheckVersions(spec, faults);
        if (spec["conversion"].IsNullOrAbsent) spec["conversion"] = new MapNode { ["strategy"] = "None" };
        SetGeneration(crd, old);
        SetStatus(crd, old, api, names, group);
        return faults;
    }

    /// <summary>Serves the kind of a stored definition.</summary>
    public static void Install(ObjectStore store, KubeObject crd)
    {
        if (ReadType(crd) is { } type && IsEstablished(crd))
            store.ChangeCatalog([type], t => t.DefinedBy == crd.Name && t.Plural != type.Plural);
    }

    /// <summary>Looks again at a definition whose names were taken. False: they still are.</summary>
    public static bool Reconsider(MapNode root, ObjectApi api)
    {
        var crd = new KubeObject(root);
        SetStatus(crd, crd, api, root.GetOrAddMap("spec").GetOrAddMap("names"), root["spec"]["group"].AsString() ?? "");
        return IsEstablished(crd);
    }

    public static void Uninstall(ObjectStore store, string name) => store.ChangeCatalog([], type => type.DefinedBy == name);

    /// <summary>Holds the definition until its objects are gone.</summary>
    public static void MarkTerminating(MapNode crd, string now)
    {
        var metadata = crd.GetOrAddMap("metadata");
        var finalizers = metadata["finalizers"].AsList();
        if (finalizers is null) metadata["finalizers"] = finalizers = [];
        if (!finalizers.Any(f => f == Finalizer)) finalizers.Add(Finalizer);
        SetCondition(crd, "Terminating", "True", "InstanceDeletionPending", "CustomResourceDefinition marked for deletion; " +
            "CustomResource deletion will begin soon", now);
    }

    public static bool IsEstablished(KubeObject crd) =>
        crd.Root["status"]["conditions"].AsList()?.Any(c => c["type"] == "Established" && c["status"] == "True") == true;

    private static ResourceType? ReadType(KubeObject crd)
    {
        var spec = crd.Root["spec"];
        var names = crd.Root["status"]["acceptedNames"].AsMap() is { Count: > 0 } accepted ? accepted : spec["names"];
        if (spec["versions"].AsList() is not { } versions) return null;
        var served = new List<ServedVersion>();
        var storage = "";
        foreach (var version in versions)
        {
            if (version["storage"].AsBool() == true) storage = version["name"].AsString() ?? "";
            if (version["served"].AsBool() == true) served.Add(ReadVersion(version, spec["preserveUnknownFields"].AsBool() == true));
        }

        if (served.Count == 0) return null;
        served.Sort((a, b) => VersionOrder.BestFirst.Compare(a.Version, b.Version));
        return new ResourceType(
            spec["group"].AsString() ?? "",
            names["kind"].AsString() ?? "",
            names["plural"].AsString() ?? "",
            spec["scope"] == "Namespaced",
            served,
            storage)
        {
            ListKind = names["listKind"].AsString() ?? names["kind"].AsString() + "List",
            Singular = names["singular"].AsString() ?? "",
            ShortNames = Texts(names["shortNames"]),
            Categories = Texts(names["categories"]),
            DefinedBy = crd.Name,
        };
    }

    private static ServedVersion ReadVersion(Node version, bool preserveUnknownFields)
    {
        var raw = version["schema"]["openAPIV3Schema"];
        var schema = CustomSchema.Read(raw, preserveUnknownFields, []);
        var subresources = version["subresources"];
        ScalePaths? scale = subresources["scale"].AsMap() is { } s
            ? new(Path(s["specReplicasPath"]), Path(s["statusReplicasPath"]), s["labelSelectorPath"].AsString()?.TrimStart('.'))
            : null;
        return new(version["name"].AsString() ?? "", schema, subresources["status"].AsMap() is not null, scale)
        {
            RawSchema = raw,
            Rules = ValidationRules.Read(raw, "", []),
            Columns = [.. version["additionalPrinterColumns"].AsList()?.Select(ReadColumn) ?? []],
            SelectableFields = [.. version["selectableFields"].AsList()?.Select(f => Path(f["jsonPath"])) ?? []],
        };
    }

    private static PrinterColumn ReadColumn(Node c) => new(
        c["name"].AsString() ?? "",
        c["type"].AsString() ?? "string",
        c["format"].AsString() ?? "",
        c["description"].AsString() ?? "",
        (int)(c["priority"].AsInt() ?? 0),
        c["jsonPath"].AsString() ?? "");

    private static string Path(Node path) => (path.AsString() ?? "").TrimStart('.');

    private static IReadOnlyList<string> Texts(Node list) => [.. list.AsList()?.Select(n => n.AsString() ?? "") ?? []];

    private static void Require(List<SchemaFault> faults, string field, string value)
    {
        if (value.Length == 0) faults.Add(new("FieldValueRequired", field, "Required value"));
    }

    private static void CheckScope(MapNode spec, KubeObject? old, List<SchemaFault> faults)
    {
        var scope = spec["scope"].AsString() ?? "";
        if (scope is not ("Namespaced" or "Cluster"))
        {
            faults.Add(new("FieldValueNotSupported", "spec.scope",
                $"Unsupported value: \"{scope}\": supported values: \"Cluster\", \"Namespaced\""));
        }

        if (old is null) return;
        foreach (var field in (ReadOnlySpan<string>)["group", "scope"])
        {
            if (old.Root["spec"][field] != spec[field])
            {
                faults.Add(new("FieldValueInvalid", "spec." + field, $"Invalid value: {spec[field]}: field is immutable"));
            }
        }
    }

    private static void CheckVersions(MapNode spec, List<SchemaFault> faults)
    {
        if (spec["versions"].AsList() is not { Count: > 0 } versions)
        {
            faults.Add(new("FieldValueRequired", "spec.versions", "Required value"));
            return;
        }

        if (versions.Count(v => v["storage"].AsBool() == true) != 1)
        {
            faults.Add(new("FieldValueInvalid", "spec.versions",
                $"Invalid value: {Json.WriteText(versions)}: must have exactly one version marked as storage version"));
        }

        for (var i = 0; i < versions.Count; i++)
        {
            var path = $"spec.versions[{i}]";
            if (versions[i]["schema"]["openAPIV3Schema"].AsMap() is null)
            {
                faults.Add(new("FieldValueRequired", path + ".schema.openAPIV3Schema", "Required value: schemas are required"));
                continue;
            }

            var problems = new List<string>();
            CustomSchema.Read(versions[i]["schema"]["openAPIV3Schema"], false, problems);
            foreach (var problem in problems)
            {
                faults.Add(new("FieldValueInvalid", path + ".schema.openAPIV3Schema", problem));
            }

            ValidationRules.Read(versions[i]["schema"]["openAPIV3Schema"], path + ".schema.openAPIV3Schema", faults);
        }
    }

    private static void SetGeneration(KubeObject crd, KubeObject? old)
    {
        var metadata = crd.Root.GetOrAddMap("metadata");
        if (old is null) metadata["generation"] = 1;
        else if (old.Root["spec"] != crd.Root["spec"]) metadata["generation"] = (old.Root["metadata"]["generation"].AsInt() ?? 0) + 1;
    }

    private static void SetStatus(KubeObject crd, KubeObject? old, ObjectApi api, MapNode names, string group)
    {
        var now = Timestamps.Format(api.Time.GetUtcNow());
        crd.Root["status"] = old is null ? new MapNode() : old.Root["status"].DeepClone();
        var status = crd.Root.GetOrAddMap("status");
        if (NameConflict(crd.Name, names, group, api) is { } conflict)
        {
            SetCondition(crd.Root, "NamesAccepted", "False", conflict.Reason, conflict.Message, now);
            if (status["acceptedNames"].IsNullOrAbsent) status["acceptedNames"] = new MapNode { ["kind"] = "", ["plural"] = "" };
            if (!IsEstablished(crd)) SetCondition(crd.Root, "Established", "False", "NotAccepted", "not all names are accepted", now);
        }
        else
        {
            status["acceptedNames"] = names.DeepClone();
            SetCondition(crd.Root, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now);
            SetCondition(crd.Root, "Established", "True", "InitialNamesAccepted", "the initial names have been accepted", now);
        }

        var stored = Texts(status["storedVersions"]).ToList();
        foreach (var version in crd.Root["spec"]["versions"].AsList() ?? [])
        {
            var name = version["name"].AsString() ?? "";
            if (version["storage"].AsBool() == true && !stored.Contains(name)) stored.Add(name);
        }

        status["storedVersions"] = new ListNode(stored.Select(v => (Node)v));
    }

    private static (string Reason, string Message)? NameConflict(string crd, MapNode names, string group, ObjectApi api)
    {
        foreach (var kind in api.Store.Catalog.Kinds)
        {
            var type = kind.Type;
            if (type.Group != group || type.DefinedBy == crd) continue;
            // Several names may clash; the server's condition tells the last of this order.
            if (names["listKind"] == type.ListKind) return ("ListKindConflict", $"\"{type.ListKind}\" is already in use");
            if (names["kind"] == type.Kind) return ("KindConflict", $"\"{type.Kind}\" is already in use");
            var used = type.ShortNames.Append(type.Plural).Append(type.Singular).ToHashSet();
            foreach (var shortName in Texts(names["shortNames"]))
            {
                if (used.Contains(shortName)) return ("ShortNamesConflict", $"\"{shortName}\" is already in use");
            }

            if (names["plural"] == type.Plural) return ("PluralConflict", $"\"{type.Plural}\" is already in use");
        }

        return null;
    }

    private static void SetCondition(MapNode crd, string type, string status, string reason, string message, string now)
    {
        var holder = crd.GetOrAddMap("status");
        var conditions = holder["conditions"].AsList();
        if (conditions is null) holder["conditions"] = conditions = [];
        for (var i = 0; i < conditions.Count; i++)
        {
            if (conditions[i]["type"] != type) continue;
            if (conditions[i]["status"] == status) return;
            conditions.RemoveAt(i);
            break;
        }

        conditions.Add(new MapNode
        {
            ["lastTransitionTime"] = now,
            ["message"] = message,
            ["reason"] = reason,
            ["status"] = status,
            ["type"] = type,
        });
    }
}
