using System.Collections.Concurrent;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>
/// Patterns that were read already: to compile one takes longer than to go through all files of a chart. Bounded: when it is full it starts
/// anew. Thread-safe.
/// </summary>
internal sealed class KnownGlobs
{
    private const int Most = 1024;
    private const int LongestPattern = 256;

    private readonly ConcurrentDictionary<string, FileGlob> _known = new(StringComparer.Ordinal);

    public FileGlob Find(string pattern)
    {
        if (pattern.Length > LongestPattern) return FileGlob.Parse(pattern);
        if (_known.TryGetValue(pattern, out var glob)) return glob;
        if (_known.Count >= Most) _known.Clear();
        return _known[pattern] = FileGlob.Parse(pattern);
    }
}
