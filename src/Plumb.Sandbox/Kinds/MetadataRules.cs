using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Kinds;

/// <summary>Names, labels and annotations of every kind. Owners and new finalizers are checked where objects are stored.</summary>
internal static class MetadataRules
{
    private const int AnnotationsLimitBytes = 256 * 1024;

    // What a writer may not change: kept from the stored object on every update.
    private static readonly string[] Carried =
    [
        "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName", "selfLink", "name", "namespace",
    ];

    public static void Validate(KubeObject obj, Faults faults)
    {
        var name = obj.Name;
        if (name.Length == 0) faults.Required("metadata.name", "name or generateName is required");
        else faults.Invalid("metadata.name", name, NameProblems(obj.GroupVersionKind, name));
        var metadata = obj.Root["metadata"];
        ValidateLabels(metadata["labels"], "metadata.labels", faults);
        ValidateAnnotations(metadata["annotations"], "metadata.annotations", faults);
        foreach (var finalizer in metadata["finalizers"].Texts())
        {
            faults.Invalid("metadata.finalizers", finalizer, Formats.QualifiedName(finalizer));
        }
    }

    public static void ValidateLabels(Node labels, string field, Faults faults)
    {
        foreach (var (key, value) in labels.Entries())
        {
            faults.Invalid(field, key, Formats.QualifiedName(key));
            faults.Invalid(field, value.Text(), Formats.LabelValue(value.Text()));
        }
    }

    public static void ValidateAnnotations(Node annotations, string field, Faults faults)
    {
        long size = 0;
        foreach (var (key, value) in annotations.Entries())
        {
            faults.Invalid(field, key, Formats.QualifiedName(key.ToLowerInvariant()));
            size += key.Length + value.Text().Length;
        }

        if (size > AnnotationsLimitBytes) faults.TooLong(field, AnnotationsLimitBytes);
    }

    /// <summary>Keeps from the old object what an update may not change.</summary>
    public static void Carry(KubeObject old, KubeObject updated)
    {
        var before = old.Root["metadata"].AsMap() ?? new MapNode();
        var after = updated.Root.GetOrAddMap("metadata");
        foreach (var field in Carried) after[field] = before[field];
        after["generation"] = before["generation"];
    }

    private static List<string> NameProblems(GroupVersionKind kind, string name) => (kind.Group, kind.Kind) switch
    {
        ("", "Namespace") => Formats.DnsLabel(name),
        ("", "Service") => Formats.Dns1035Label(name),
        ("rbac.authorization.k8s.io", _) => Formats.PathSegment(name),
        ("apiregistration.k8s.io", "APIService") => Formats.PathSegment(name),
        ("batch", "CronJob") when name.Length > 52 => [.. Formats.DnsSubdomain(name), "must be no more than 52 characters"],
        // Custom kinds have DNS subdomains too; that is what the CRD strategy demands.
        _ => Formats.DnsSubdomain(name),
    };
}
