using System.Security.Cryptography;
using System.Text;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>The files of a chart's folder, less what <c>.helmignore</c> names (<c>LoadDir</c>).</summary>
public sealed class FolderFiles
{
    private readonly ITree _tree;
    private readonly string _root;
    private readonly ChartLimits _limits;
    private readonly IgnoreRules _rules;
    private readonly List<ChartFile> _files = [];
    private long _bytes;
    private int _known;

    private FolderFiles(ITree tree, string root, ChartLimits limits, bool ignore)
    {
        _tree = tree;
        _root = root;
        _limits = limits;
        _rules = ignore && tree.Find(Join(root, ".helmignore")) is { Kind: TreeEntryKind.File } file
            ? IgnoreRules.Parse(GoTemplate.Values.GoText.FromBytes(tree.Read(file.Path).Span))
            : IgnoreRules.Parse("");
    }

    /// <summary>Reads them.</summary>
    /// <param name="tree">Where the chart is.</param>
    /// <param name="root">Its folder.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="ignore">Whether <c>.helmignore</c> counts.</param>
    /// <exception cref="HelmException">A bound is passed, or a link leads nowhere.</exception>
    public static List<ChartFile> Read(ITree tree, string root, ChartLimits limits, CancellationToken ct, bool ignore = true)
    {
        var reader = new FolderFiles(tree, root, limits, ignore);
        reader.Walk("", 0, ct);
        return reader._files;
    }

    /// <summary>
    /// What tells these files from any others: their names and Git's ids of what they hold. Null when an id is not known, or when there is something
    /// that <see cref="Read"/> refuses. They count as read.
    /// </summary>
    internal static string? Identity(ITree tree, string root, ChartLimits limits, CancellationToken ct)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            return new FolderFiles(tree, root, limits, ignore: true).Add(hash, "", 0, ct) ? Convert.ToHexStringLower(hash.GetHashAndReset()) : null;
        }
        catch (SourceException)
        {
            return null;
        }
    }

    private bool Add(IncrementalHash hash, string below, int depth, CancellationToken ct)
    {
        if (depth > _limits.MaxDepth) return false;
        foreach (var entry in _tree.List(Join(_root, below)))
        {
            ct.ThrowIfCancellationRequested();
            var name = Join(below, entry.Name);
            if (entry.Kind == TreeEntryKind.Submodule || _rules.Ignores(name, entry.Kind == TreeEntryKind.Directory)) continue;
            if (entry.Kind == TreeEntryKind.Directory)
            {
                if (!Add(hash, name, depth + 1, ct)) return false;
                continue;
            }

            if (++_known > _limits.MaxFiles || _tree.Find(Join(_root, name)) is not { Kind: TreeEntryKind.File, ObjectId: { Length: > 0 } id }) return false;
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{id}\0"));
        }

        return true;
    }

    private void Walk(string below, int depth, CancellationToken ct)
    {
        if (depth > _limits.MaxDepth) throw new HelmException($"folders of the chart are nested more than {_limits.MaxDepth} deep at {below}");
        foreach (var entry in _tree.List(Join(_root, below)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            ct.ThrowIfCancellationRequested();
            var name = Join(below, entry.Name);
            if (_rules.Ignores(name, entry.Kind == TreeEntryKind.Directory)) continue;
            switch (entry.Kind)
            {
                case TreeEntryKind.Directory: Walk(name, depth + 1, ct); break;
                case TreeEntryKind.File: Add(name); break;
                case TreeEntryKind.Symlink:
                    throw new HelmException($"error evaluating symlink {Join(_root, name)}: lstat {Join(_root, name)}: no such file or directory");
                default: break; // a submodule is an empty folder
            }
        }
    }

    private void Add(string name)
    {
        var data = _tree.Read(Join(_root, name));
        if (data.Length > _limits.MaxFileBytes)
        {
            var last = name[(name.LastIndexOf('/') + 1)..];
            throw new HelmException($"chart file \"{last}\" is larger than the maximum file size {_limits.MaxFileBytes}");
        }

        _bytes += data.Length;
        if (_bytes > _limits.MaxChartBytes || _files.Count >= _limits.MaxFiles)
        {
            throw new HelmException(
                $"the chart has more than the {_limits.MaxFiles} files or {_limits.MaxChartBytes} bytes allowed; name what it does not need in .helmignore");
        }

        _files.Add(new ChartFile(name, ArchiveFiles.WithoutMark(data)));
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : name.Length == 0 ? folder : folder + "/" + name;
}
