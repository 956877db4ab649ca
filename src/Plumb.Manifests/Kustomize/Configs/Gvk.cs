using System.Collections.Immutable;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>Group, version and kind of an object, or of the objects that are meant: then what is empty stands for all.</summary>
internal readonly record struct Gvk(string Group, string Version, string Kind) : IComparable<Gvk>
{
    /// <summary>What Kustomize puts first when it sorts, in this order: what others refer to.</summary>
    public static readonly ImmutableArray<string> First =
    [
        "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role",
        "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange", "PriorityClass",
        "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget",
    ];

    /// <summary>What it puts last.</summary>
    public static readonly ImmutableArray<string> Last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

    /// <summary>The group and version as an object names them; without a slash there is no group.</summary>
    public string ApiVersion => Group.Length > 0 ? $"{Group}/{Version}" : Version;

    /// <summary>All objects of a kind, whatever their group and version.</summary>
    public static Gvk OfKind(string kind) => new("", "", kind);

    /// <summary>Reads <c>apiVersion</c> and kind; the group ends at the first slash.</summary>
    public static Gvk Of(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new Gvk("", apiVersion, kind) : new Gvk(apiVersion[..slash], apiVersion[(slash + 1)..], kind);
    }

    /// <summary>What an object says it is; parts are empty when it does not.</summary>
    public static Gvk Of(YamlNode resource) => Of(resource.Get("apiVersion")?.Value ?? "", resource.Get("kind")?.Value ?? "");

    /// <summary>Whether this is one of those that a selector means (<c>Gvk.IsSelected</c>).</summary>
    public bool IsSelectedBy(Gvk selector) =>
        Fits(selector.Group, Group) && Fits(selector.Version, Version) && Fits(selector.Kind, Kind);

    /// <summary>Kustomize's order: by the importance of the kind, then by text with marks that stand for what is empty.</summary>
    public int CompareTo(Gvk other)
    {
        var byKind = Rank(Kind).CompareTo(Rank(other.Kind));
        return byKind != 0 ? byKind : string.CompareOrdinal(SortText(), other.SortText());
    }

    /// <summary>As Kustomize's messages name it: <c>Deployment.v1.apps</c>.</summary>
    public override string ToString() => $"{Or(Kind, "[noKind]")}.{Or(Version, "[noVer]")}.{Or(Group, "[noGrp]")}";

    private static bool Fits(string wanted, string actual) => wanted.Length == 0 || string.Equals(wanted, actual, StringComparison.Ordinal);

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static int Rank(string kind)
    {
        var first = First.IndexOf(kind);
        return first >= 0 ? first - First.Length : Last.IndexOf(kind) + 1;
    }

    /// <summary>Group, version and kind as one text to sort by, with marks that stand for what is empty.</summary>
    public string SortText() => $"{Or(Group, "~G")}_{Or(Version, "~V")}_{Or(Kind, "~K")}";
}
