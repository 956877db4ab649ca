using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tables;

/// <summary>Cells of volumes and claims.</summary>
internal static class VolumeCells
{
    public static string Phase(Node o) =>
        o["metadata"]["deletionTimestamp"].IsNullOrAbsent ? Cells.Text(o, "status", "phase") : "Terminating";

    /// <summary>What a claim has is told only once it has a volume.</summary>
    public static bool IsBound(Node claim) => claim["spec"]["volumeName"].AsString() is { Length: > 0 };

    /// <summary>The annotation is older than the field and wins over it.</summary>
    public static string StorageClass(Node o) =>
        o["metadata"]["annotations"]["volume.beta.kubernetes.io/storage-class"].AsString() ?? Cells.Text(o, "spec", "storageClassName");

    public static string AccessModes(Node modes) => string.Join(",", modes.AsList()?.Select(m => m.AsString() switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        var other => other ?? "",
    }) ?? []);
}
