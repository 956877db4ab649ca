using Plumb.Reconcile.Sources;

namespace Plumb.Git.Trees;

/// <summary>Collects what a render found and did not find.</summary>
internal sealed class DependencyRecorder
{
    private readonly Dictionary<string, string?> _found = new(StringComparer.Ordinal);
    private DependencyRecord? _record = DependencyRecord.Empty;

    public void Note(string path, string? id)
    {
        if (_found.TryAdd(path, id)) _record = null;
    }

    public DependencyRecord Record => _record ??= new DependencyRecord([.. _found.OrderBy(e => e.Key, StringComparer.Ordinal)]);
}
