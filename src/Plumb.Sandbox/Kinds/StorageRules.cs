using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Kinds;

/// <summary>PersistentVolumeClaim, PersistentVolume, StorageClass.</summary>
internal static class StorageRules
{
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    /// <summary>What stood for <c>storageClassName</c> before Kubernetes 1.6. It still counts, and before the field.</summary>
    private const string ClassAnnotation = "volume.beta.kubernetes.io/storage-class";

    private static readonly string[] ClaimMutable = ["resources", "volumeAttributesClassName"];

    private static readonly string[] VolumeCommon =
    [
        "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions", "volumeMode",
        "nodeAffinity", "volumeAttributesClassName",
    ];

    /// <summary>Storage class of a claim or a volume; empty for none.</summary>
    public static string ClassOf(KubeObject storage) =>
        storage.Annotation(ClassAnnotation) is { Length: > 0 } annotated ? annotated : storage.Root["spec"]["storageClassName"].Text();

    public static void DefaultClaim(KubeObject claim, ISandboxApi api)
    {
        var spec = claim.Root.GetOrAddMap("spec");
        spec.Default("volumeMode", "Filesystem");
        if (!spec["storageClassName"].IsNullOrAbsent || claim.Annotation(ClassAnnotation) is not null) return;
        var standard = api.List("storage.k8s.io", "StorageClass", null).FirstOrDefault(c => c.Annotation(DefaultClass) == "true");
        if (standard is not null) spec["storageClassName"] = standard.Name;
    }

    public static void ValidateClaim(KubeObject claim, Faults faults)
    {
        var spec = claim.Root["spec"];
        if (spec["accessModes"].IsEmpty()) faults.Required("spec.accessModes", "at least 1 access mode is required");
        ValidateAccessModes(spec, faults);
        if (spec["storageClassName"].AsString() is { Length: > 0 } className)
            faults.Invalid("spec.storageClassName", className, Formats.DnsSubdomain(className));
        if (spec["volumeMode"].AsString() is { } mode and not ("Block" or "Filesystem"))
            faults.NotSupported("spec.volumeMode", mode, "Block", "Filesystem");
        if (spec["resources"]["requests"]["storage"].IsNullOrAbsent)
        {
            faults.Required("spec.resources[storage]");
        }
        else if (Amounts.Parse(spec["resources"]["requests"]["storage"]) is not { } size)
        {
            faults.Invalid("spec.resources.requests[storage]", spec["resources"]["requests"]["storage"], Amounts.Problem);
        }
        else if (size <= 0)
        {
            faults.Invalid("spec.resources[storage]", spec["resources"]["requests"]["storage"], "must be greater than zero");
        }
    }

    public static void CarryClaim(KubeObject old, KubeObject updated)
    {
        // Set by the binder; an update from a manifest leaves them out.
        var before = old.Root["spec"];
        var after = updated.Root.GetOrAddMap("spec");
        if (after["volumeName"].IsEmpty()) after["volumeName"] = before["volumeName"];
        if (after["storageClassName"].IsNullOrAbsent) after["storageClassName"] = before["storageClassName"];
        if (after["volumeMode"].IsNullOrAbsent) after["volumeMode"] = before["volumeMode"];
    }

    public static void ValidateClaimUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        var before = old.Root["spec"].AsMap()?.DeepClone() ?? new MapNode();
        var after = updated.Root["spec"].AsMap()?.DeepClone() ?? new MapNode();
        foreach (var field in ClaimMutable)
        {
            before.Remove(field);
            after.Remove(field);
        }

        // Only a bound claim can grow.
        if (old.Root["status"]["phase"].AsString() != "Bound")
        {
            before["resources"] = old.Root["spec"]["resources"];
            after["resources"] = updated.Root["spec"]["resources"];
        }

        // Binding sets the volume's name once.
        if (before["volumeName"].IsEmpty()) after.Remove("volumeName");
        if (!Documents.Same(before, after))
        {
            faults.Forbidden(
                "spec",
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
            return;
        }

        var had = Amounts.Parse(old.Root["spec"]["resources"]["requests"]["storage"]);
        var wants = Amounts.Parse(updated.Root["spec"]["resources"]["requests"]["storage"]);
        if (wants < had) faults.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
    }

    public static void DefaultVolume(KubeObject volume)
    {
        var spec = volume.Root.GetOrAddMap("spec");
        spec.Default("persistentVolumeReclaimPolicy", "Retain");
        spec.Default("volumeMode", "Filesystem");
        if (spec["hostPath"].AsMap() is { } hostPath) hostPath.Default("type", "");
    }

    public static void ValidateVolume(KubeObject volume, Faults faults)
    {
        var spec = volume.Root["spec"];
        if (spec["accessModes"].IsEmpty()) faults.Required("spec.accessModes");
        ValidateAccessModes(spec, faults);
        if (spec["capacity"].IsEmpty()) faults.Required("spec.capacity");
        if (spec["capacity"].AsMap() is not { Count: 1 } capacity || !capacity.ContainsKey("storage"))
            faults.NotSupported("spec.capacity", spec["capacity"], "storage");
        PodValidation.ValidateQuantities(spec["capacity"], "spec.capacity", faults);
        if (spec["persistentVolumeReclaimPolicy"].AsString() is { } policy and not ("Delete" or "Recycle" or "Retain"))
            faults.NotSupported("spec.persistentVolumeReclaimPolicy", policy, "Delete", "Recycle", "Retain");
        if (spec["hostPath"].AsMap() is { } hostPath && hostPath["path"].IsEmpty()) faults.Required("spec.hostPath.path");
        if (!spec.Entries().Any(e => !VolumeCommon.Contains(e.Key, StringComparer.Ordinal)))
            faults.Required("spec", "must specify a volume type");
    }

    public static void ValidateVolumeUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        if (Source(old).Equals(Source(updated))) return;
        faults.Forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
    }

    public static void DefaultStorageClass(KubeObject storageClass)
    {
        storageClass.Root.Default("reclaimPolicy", "Delete");
        storageClass.Root.Default("volumeBindingMode", "Immediate");
    }

    public static void ValidateClass(KubeObject storageClass, Faults faults)
    {
        if (storageClass.Root["provisioner"].IsEmpty()) faults.Required("provisioner");
        if (storageClass.Root["reclaimPolicy"].AsString() is { } policy and not ("Delete" or "Retain"))
        {
            faults.NotSupported("reclaimPolicy", policy, "Delete", "Retain");
        }

        if (storageClass.Root["volumeBindingMode"].AsString() is { } mode and not ("Immediate" or "WaitForFirstConsumer"))
        {
            faults.NotSupported("volumeBindingMode", mode, "Immediate", "WaitForFirstConsumer");
        }
    }

    public static void ValidateClassUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        foreach (var field in (ReadOnlySpan<string>)["parameters", "provisioner", "reclaimPolicy"])
        {
            if (!Documents.Same(old.Root[field], updated.Root[field])) faults.Forbidden(field, $"updates to {field} are forbidden.");
        }

        if (old.Root["volumeBindingMode"] != updated.Root["volumeBindingMode"])
        {
            faults.Invalid("volumeBindingMode", updated.Root["volumeBindingMode"], "field is immutable");
        }
    }

    private static void ValidateAccessModes(Node spec, Faults faults)
    {
        foreach (var mode in spec["accessModes"].Texts())
        {
            if (mode is "ReadWriteOnce" or "ReadOnlyMany" or "ReadWriteMany" or "ReadWriteOncePod") continue;
            faults.NotSupported("spec.accessModes", mode, "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
        }
    }

    private static Node Source(KubeObject volume)
    {
        var copy = volume.Root["spec"].AsMap()?.DeepClone() ?? new MapNode();
        foreach (var field in VolumeCommon) copy.Remove(field);
        return copy;
    }
}
