namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>How a delivery ends.</summary>
internal enum Outcome
{
    /// <summary>Synced and Healthy.</summary>
    Healthy,

    /// <summary>Synced, and something will never become healthy here.</summary>
    Progressing,

    /// <summary>Synced, and something failed.</summary>
    Degraded,

    /// <summary>Everything that can be applied is; something was refused, or a hook failed.</summary>
    Failed,

    /// <summary>The sync waits for something that does not come.</summary>
    Waiting,

    /// <summary>The manifests cannot be read; nothing is applied.</summary>
    Invalid,

    /// <summary>No Kubernetes object is in there.</summary>
    Empty,
}

/// <summary>One row of the table.</summary>
/// <param name="Path">Repository and path, as under <see cref="PublicRepositories.Root"/>.</param>
/// <param name="Outcome">How its delivery ends.</param>
/// <param name="Objects">The objects that are not well, as Kind/name, sorted; all others are Synced and Healthy.</param>
/// <param name="Words">What Plumb must say about it.</param>
/// <param name="Reason">What in the manifests makes it so.</param>
internal sealed record PlainDirectory(string Path, Outcome Outcome, IReadOnlyList<string> Objects, string Words, string Reason)
{
    private static readonly string[] Roots =
    [
        "argo-cd-e2e/test/e2e/testdata", "kubernetes-examples", "microservices-demo/kubernetes-manifests", "microservices-demo/release",
    ];

    /// <summary>Directories with a kustomization that does nothing but list the files beside it; delivered as plain ones, without that file.</summary>
    private static readonly string[] ListedOnly = ["argo-cd-e2e/test/e2e/testdata/guestbook", "microservices-demo/kubernetes-manifests"];

    private static readonly string[] KustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

    /// <summary>The table: <c>plain-directories.txt</c>.</summary>
    public static IReadOnlyList<PlainDirectory> Table { get; } = ReadTable();

    public static PlainDirectory Find(string path) => Table.Single(d => d.Path == path);

    public string Repository => Path[..Path.IndexOf('/')];

    public string PathInRepository => Path[(Path.IndexOf('/') + 1)..];

    public string Folder => System.IO.Path.Combine(PublicRepositories.Root, Path);

    /// <summary><c>source.helm</c> as YAML in one line; empty for none.</summary>
    public string Helm { get; init; } = "";

    /// <summary><c>source.kustomize</c> as YAML in one line; empty for none.</summary>
    public string Kustomize { get; init; } = "";

    /// <summary>What is committed, when that is more than the directory: a folder above it, whose other parts it uses.</summary>
    public string Above { get; init; } = "";

    /// <summary>Files that are committed too: path in the repository and text.</summary>
    public IReadOnlyList<(string Path, string Text)> Added { get; init; } = [];

    /// <summary>Globs of files that are not manifests of this directory; empty for none.</summary>
    public string Exclude => ListedOnly.Contains(Path) ? "kustomization.yaml" : "";

    /// <summary>
    /// The directories that hold manifests of their own: not charts, kustomizations, Jsonnet or what a plugin renders, nor parts of these.
    /// </summary>
    public static IEnumerable<string> OnDisk()
    {
        foreach (var root in Roots)
        {
            var top = System.IO.Path.Combine(PublicRepositories.Root, root);
            foreach (var folder in Directory.EnumerateDirectories(top, "*", SearchOption.AllDirectories).Prepend(top))
            {
                var path = System.IO.Path.GetRelativePath(PublicRepositories.Root, folder).Replace('\\', '/');
                if (Directory.EnumerateFiles(folder).Any(IsManifest) && (ListedOnly.Contains(path) || IsPlain(folder, top))) yield return path;
            }
        }
    }

    private static bool IsManifest(string file) => System.IO.Path.GetExtension(file) is ".yaml" or ".yml" or ".json";

    private static bool IsPlain(string folder, string top)
    {
        if (KustomizationNames.Any(n => Has(folder, n)) || Directory.EnumerateFiles(folder, "*.jsonnet").Any()) return false;
        for (var at = folder; at.Length >= top.Length; at = System.IO.Path.GetDirectoryName(at)!)
        {
            if (Has(at, "Chart.yaml") || Has(at, "plugin.yaml")) return false;
        }

        return true;
    }

    private static bool Has(string folder, string name) => File.Exists(System.IO.Path.Combine(folder, name));

    private static List<PlainDirectory> ReadTable()
    {
        using var stream = typeof(PlainDirectory).Assembly.GetManifestResourceStream("plain-directories.txt")!;
        using var reader = new StreamReader(stream);
        var rows = new List<PlainDirectory>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length is not (2 or 5)) throw new InvalidDataException($"plain-directories.txt: not 2 or 5 cells: {line}");
            rows.Add(cells.Length == 2
                ? new PlainDirectory(cells[0], Enum.Parse<Outcome>(cells[1]), [], "", "")
                : new PlainDirectory(
                    cells[0], Enum.Parse<Outcome>(cells[1]), [.. cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)], cells[3], cells[4]));
        }

        return rows;
    }
}
