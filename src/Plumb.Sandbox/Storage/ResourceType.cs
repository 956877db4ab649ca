using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;

namespace Plumb.Sandbox.Storage;

/// <summary>A column of a CRD's table.</summary>
internal sealed record PrinterColumn(string Name, string Type, string Format, string Description, int Priority, string JsonPath);

/// <summary>The replicas paths of a scale subresource, without the leading dot.</summary>
internal sealed record ScalePaths(string Spec, string Status, string? Selector);

/// <summary>One served version of a resource.</summary>
internal sealed record ServedVersion(string Version, Schema Schema, bool HasStatus, ScalePaths? Scale)
{
    public IReadOnlyList<string> Verbs { get; init; } = ResourceType.AllVerbs;

    public IReadOnlyList<PrinterColumn> Columns { get; init; } = [];

    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>The CEL rules of a CRD; null for none.</summary>
    public CustomKinds.ValidationRules? Rules { get; init; }

    /// <summary>Told to everybody who uses this version; null when it is not deprecated.</summary>
    public string? DeprecationWarning { get; init; }

    /// <summary>The raw schema of a CRD, for OpenAPI; absent for built-in kinds.</summary>
    public Node RawSchema { get; init; }
}

/// <summary>A resource that the server serves, in all its versions. Immutable.</summary>
internal sealed class ResourceType
{
    public static readonly IReadOnlyList<string> AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];


    public ResourceType(string group, string kind, string plural, bool namespaced, IReadOnlyList<ServedVersion> versions,
        string storageVersion)
    {
        Group = group;
        Kind = kind;
        Plural = plural;
        Namespaced = namespaced;
        Versions = versions;
        StorageVersion = storageVersion;
        ListKind = kind + "List";
        Singular = kind.ToLowerInvariant();
    }

    public string Group { get; }

    public string Kind { get; }

    public string Plural { get; }

    public bool Namespaced { get; }

    /// <summary>Best first.</summary>
    public IReadOnlyList<ServedVersion> Versions { get; }

    public string StorageVersion { get; }

    public string ListKind { get; init; }

    public string Singular { get; init; }

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Name of the CustomResourceDefinition; null for built-in kinds.</summary>
    public string? DefinedBy { get; init; }

    public bool IsCustom => DefinedBy is not null;

    /// <summary><c>deployments.apps</c>, as in messages.</summary>
    public string Qualified => Group.Length == 0 ? Plural : Plural + "." + Group;

    /// <summary><c>Deployment.apps</c>, as in messages.</summary>
    public string QualifiedKind => Group.Length == 0 ? Kind : Kind + "." + Group;

    public ServedVersion? Version(string version)
    {
        foreach (var v in Versions)
        {
            if (v.Version == version) return v;
        }

        return null;
    }

    public ServedVersion Storage => Version(StorageVersion) ?? Versions[0];

    public string ApiVersion(string version) => new GroupVersionKind(Group, version, Kind).ApiVersion;

    /// <summary>Whether an object is of this type: group and kind; the version may be any.</summary>
    public bool Is(string group, string kind) => Group == group && Kind == kind;

    public override string ToString() => Qualified;
}
