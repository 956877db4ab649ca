using Plumb.Manifests.Objects;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Plain;

/// <summary>
/// Reads a directory of manifests as Argo CD's <c>directory</c> source does: names ending in .yaml, .yml or .json, in the order of a
/// walk by name; hidden files count; files of YAML that do not look like manifests at all are passed over.
/// </summary>
internal sealed class PlainRenderer(ITree tree, RenderLimits limits, List<Diagnostic> diagnostics)
{
    private static ReadOnlySpan<byte> SkipMarker => "+argocd:skip-file-rendering"u8;

    private readonly List<Manifest> _found = [];
    private readonly List<string> _ancestors = [];
    private Glob? _include;
    private Glob? _exclude;
    private long _bytes;
    private bool _full;

    /// <summary>All objects below a directory that exists.</summary>
    public IReadOnlyList<Manifest> Read(string directory, DirectorySpec options, CancellationToken ct)
    {
        if (!Compile(options.Include, "include", out _include) || !Compile(options.Exclude, "exclude", out _exclude)) return [];
        Walk(directory, "", options.Recurse, ct);
        return _found;
    }

    private bool Compile(string pattern, string field, out Glob? glob)
    {
        glob = null;
        if (pattern.Length == 0) return true;
        glob = Glob.Parse(pattern, out var fault);
        if (glob is not null) return true;
        diagnostics.Add(Diagnostic.Error(new Origin(""), $"spec.source.directory.{field}: \"{pattern}\" is no glob: {fault}"));
        return false;
    }

    private void Walk(string directory, string below, bool recurse, CancellationToken ct)
    {
        foreach (var entry in tree.List(directory).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            ct.ThrowIfCancellationRequested();
            if (_full) return;
            var path = directory.Length == 0 ? entry.Name : directory + "/" + entry.Name;
            var relative = below.Length == 0 ? entry.Name : below + "/" + entry.Name;
            switch (entry.Kind)
            {
                // A link to a directory above shows as that directory; a tree that holds itself can only come about that way.
                case TreeEntryKind.Directory when recurse && !_ancestors.Contains(entry.ObjectId):
                    _ancestors.Add(entry.ObjectId);
                    Walk(path, relative, recurse, ct);
                    _ancestors.RemoveAt(_ancestors.Count - 1);
                    break;
                case TreeEntryKind.File when IsManifest(entry.Name) && IsWanted(relative):
                    ReadFile(path);
                    break;
                case TreeEntryKind.Symlink when IsManifest(entry.Name) && IsWanted(relative):
                    diagnostics.Add(Diagnostic.Warning(new Origin(path), "the link points to nothing in this commit; it is passed over"));
                    break;
                default:
                    break;
            }
        }
    }

    private static bool IsManifest(string name) =>
        name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal)
        || name.EndsWith(".json", StringComparison.Ordinal) || name.EndsWith(".jsonnet", StringComparison.Ordinal);

    private bool IsWanted(string relative) => _exclude?.Matches(relative) != true && _include?.Matches(relative) != false;

    private void ReadFile(string path)
    {
        if (path.EndsWith(".jsonnet", StringComparison.Ordinal))
        {
            diagnostics.Add(Diagnostic.Error(
                new Origin(path),
                "Jsonnet is not supported yet; commit the rendered manifests, or exclude the file with spec.source.directory.exclude"));
            return;
        }

        var content = tree.Read(path).Span;
        _bytes += content.Length;
        if (_bytes > limits.MaxBytes)
        {
            _full = true;
            diagnostics.Add(Diagnostic.Error(
                new Origin(path),
                $"the manifests have more than the {limits.MaxBytes} bytes allowed for one source; split the application"));
            return;
        }

        if (content.IndexOf(SkipMarker) >= 0) return;

        var faults = new List<Diagnostic>();
        var objects = ManifestReader.Read(content, path, faults, limits.Yaml);
        var isJson = path.EndsWith(".json", StringComparison.Ordinal);
        if (!isJson && objects.Count == 0 && faults.Any(f => f.Severity == Severity.Error) && !LooksLikeManifest(content))
        {
            var first = faults.First(f => f.Severity == Severity.Error);
            diagnostics.Add(Diagnostic.Warning(
                first.Origin, $"the file holds no Kubernetes object and is passed over ({first.Message})"));
            return;
        }

        diagnostics.AddRange(faults);
        if (_found.Count + objects.Count > limits.MaxObjects)
        {
            _full = true;
            diagnostics.Add(Diagnostic.Error(
                new Origin(path), $"there are more than the {limits.MaxObjects} objects allowed for one source; split the application"));
            return;
        }

        _found.AddRange(objects);
    }

    private static bool LooksLikeManifest(ReadOnlySpan<byte> content) =>
        content.IndexOf("apiVersion:"u8) >= 0 && content.IndexOf("kind:"u8) >= 0 && content.IndexOf("metadata:"u8) >= 0;
}
