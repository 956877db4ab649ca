using Plumb.GoTemplate.Values;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>What a chart in a tree says about the charts it needs, read without loading it.</summary>
/// <param name="ApiVersion"><c>v1</c> or <c>v2</c>.</param>
/// <param name="All">As declared in <c>Chart.yaml</c>, or in <c>requirements.yaml</c> for the first version.</param>
/// <param name="Lock">What they were locked to; null when nothing is.</param>
public sealed record DeclaredDependencies(string ApiVersion, IReadOnlyList<ChartDependency> All, ChartLock? Lock)
{
    /// <summary>The name of the file they are declared in.</summary>
    public string File => ApiVersion == "v1" ? "requirements.yaml" : "Chart.yaml";

    /// <summary>The name of the lock file.</summary>
    public string LockFile => ApiVersion == "v1" ? "requirements.lock" : "Chart.lock";

    /// <summary>Reads them; null when the folder holds no chart, or one that a render refuses.</summary>
    /// <exception cref="SourceException">A file cannot be read.</exception>
    public static DeclaredDependencies? Read(ITree tree, string path)
    {
        if (Find(tree, path, "Chart.yaml") is not { } file) return null;
        var metadata = new ChartMetadata();
        try
        {
            MetadataReader.Read(file, metadata);
            if (metadata.ApiVersion.Length == 0) metadata.ApiVersion = "v1";
            if (metadata.ApiVersion == "v1" && Find(tree, path, "requirements.yaml") is { } requirements) MetadataReader.Read(requirements, metadata);
            var found = new DeclaredDependencies(metadata.ApiVersion, [.. (metadata.Dependencies ?? []).OfType<ChartDependency>()], null);
            return Find(tree, path, found.LockFile) is { } locked ? found with { Lock = ReadLock(locked) } : found;
        }
        catch (GoError)
        {
            return null;
        }
    }

    private static ChartLock ReadLock(ChartFile file)
    {
        var read = new ChartMetadata();
        MetadataReader.Read(file, read);
        var digest = YamlHead.Read(file.Text, file.Data.Span)["digest"].AsString() ?? "";
        return new ChartLock(digest, [.. (read.Dependencies ?? []).OfType<ChartDependency>()]);
    }

    private static ChartFile? Find(ITree tree, string path, string name)
    {
        var full = path.Length == 0 ? name : $"{path}/{name}";
        return tree.Find(full) is { Kind: TreeEntryKind.File } ? new ChartFile(name, ArchiveFiles.WithoutMark(tree.Read(full))) : null;
    }
}
