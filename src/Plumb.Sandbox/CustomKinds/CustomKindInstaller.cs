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

    /// <summary>
    /// Completes and checks a definition before it is stored. Whether its names are free is found out afterwards (<see cref="Accept"/>), as
    /// a controller of the real server does.
    /// </summary>
    public static IReadOnlyList<SchemaFault> Prepare(KubeObject crd, KubeObject? old)
    {
        ApplyDefaults(crd);
        List<SchemaFault> faults = [.. DefinitionRules.Check(crd, old), .. RuleFaults(crd)];
        SetGeneration(crd, old);
        crd.Root["status"] = old is null ? FirstStatus() : old.Root["status"].DeepClone();
        NoteStoredVersions(crd);
        return faults;
    }

    /// <summary>Rules that cannot be compiled.</summary>
    private static List<SchemaFault> RuleFaults(KubeObject crd)
    {
        var faults = new List<SchemaFault>();
        var versions = crd.Root["spec"]["versions"].AsList() ?? [];
        for (var i = 0; i < versions.Count; i++)
            ValidationRules.Read(versions[i]["schema"]["openAPIV3Schema"], $"spec.versions[{i}].schema.openAPIV3Schema", faults);
        return faults;
    }

    /// <summary>Names that follow from others.</summary>
    public static void ApplyDefaults(KubeObject crd)
    {
        var spec = crd.Root.GetOrAddMap("spec");
        var names = spec.GetOrAddMap("names");
        var kind = names["kind"].AsString() ?? "";
        if (kind.Length > 0 && names["singular"].IsNullOrAbsent) names["singular"] = kind.ToLowerInvariant();
        if (kind.Length > 0 && names["listKind"].IsNullOrAbsent) names["listKind"] = kind + "List";
        if (spec["conversion"].IsNullOrAbsent) spec["conversion"] = new MapNode { ["strategy"] = "None" };
    }

    /// <summary>Serves the kind of a stored definition.</summary>
    public static void Install(ObjectStore store, KubeObject crd)
    {
        if (ReadType(crd) is { } type && IsEstablished(crd))
            store.ChangeCatalog([type], t => t.DefinedBy == crd.Name && t.Plural != type.Plural);
    }

    /// <summary>Sees whether the names of a definition are free, and says so in its status. False: nothing has changed.</summary>
    public static bool Accept(MapNode root, ObjectApi api)
    {
        var before = root["status"].DeepClone();
        SetStatus(new KubeObject(root), api, root.GetOrAddMap("spec").GetOrAddMap("names"), root["spec"]["group"].AsString() ?? "");
        return root["status"] != before;
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
            if (version["served"].AsBool() == true) 
            {
                served.Add(ReadVersion(version, spec["preserveUnknownFields"].AsBool() == true) with { DeprecationWarning = Deprecation(version, spec) });
            }
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

    private static string? Deprecation(Node version, Node spec)
    {
        if (version["deprecated"].AsBool() != true) return null;
        if (version["deprecationWarning"].AsString() is { Length: > 0 } stated) return stated;
        var (group, kind, name) = (spec["group"].AsString(), spec["names"]["kind"].AsString(), version["name"].AsString() ?? "");
        var better = (spec["versions"].AsList() ?? [])
            .Where(v => v["served"].AsBool() == true && v["deprecated"].AsBool() != true).Select(v => v["name"].AsString() ?? "")
            .Where(v => VersionOrder.BestFirst.Compare(v, name) < 0).Order(VersionOrder.BestFirst).FirstOrDefault();
        return $"{group}/{name} {kind} is deprecated" + (better is null ? "" : $"; use {group}/{better} {kind}");
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
            Verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
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

    private static void SetGeneration(KubeObject crd, KubeObject? old)
    {
        var metadata = crd.Root.GetOrAddMap("metadata");
        if (old is null) metadata["generation"] = 1;
        else if (old.Root["spec"] != crd.Root["spec"]) metadata["generation"] = (old.Root["metadata"]["generation"].AsInt() ?? 0) + 1;
    }

    private static MapNode FirstStatus() => new()
    {
        ["acceptedNames"] = new MapNode { ["kind"] = "", ["plural"] = "" },
        ["conditions"] = Node.Null,
    };

    private static void NoteStoredVersions(KubeObject crd)
    {
        var status = crd.Root.GetOrAddMap("status");
        var stored = Texts(status["storedVersions"]).ToList();
        foreach (var version in crd.Root["spec"]["versions"].AsList() ?? [])
        {
            var name = version["name"].AsString() ?? "";
            if (version["storage"].AsBool() == true && !stored.Contains(name)) stored.Add(name);
        }

        status["storedVersions"] = new ListNode(stored.Select(v => (Node)v));
    }

    private static void SetStatus(KubeObject crd, ObjectApi api, MapNode names, string group)
    {
        var now = Timestamps.Format(api.Time.GetUtcNow());
        var status = crd.Root.GetOrAddMap("status");
        if (NameConflict(crd.Name, names, group, api) is { } conflict)
        {
            SetCondition(crd.Root, "NamesAccepted", "False", conflict.Reason, conflict.Message, now);
            if (!IsEstablished(crd))
            {
                // What is free of the names is taken all the same; nobody else gets it meanwhile.
                if (status["acceptedNames"]["plural"].AsString() is null or "")
                    status["acceptedNames"] = new MapNode { ["kind"] = "", ["plural"] = names["plural"] };
                SetCondition(crd.Root, "Established", "False", "NotAccepted", "not all names are accepted", now);
            }
        }
        else
        {
            status["acceptedNames"] = names.DeepClone();
            SetCondition(crd.Root, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now);
            SetCondition(crd.Root, "Established", "True", "InitialNamesAccepted", "the initial names have been accepted", now);
        }
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
