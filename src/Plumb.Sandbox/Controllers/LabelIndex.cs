using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Controllers;

/// <summary>Objects of one kind by namespace and label, so that who selects them need not look at all. Thread-safe.</summary>
internal sealed class LabelIndex
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Namespace, string Label, Node Value), HashSet<string>> _names = [];
    private readonly Dictionary<(string Namespace, string Name), KeyValuePair<string, Node>[]> _labels = [];

    /// <summary>Replaces what an object is found by.</summary>
    public void Set(string @namespace, string name, IEnumerable<KeyValuePair<string, Node>> labels)
    {
        lock (_gate)
        {
            Forget(@namespace, name);
            var kept = labels.ToArray();
            if (kept.Length == 0) return;
            _labels[(@namespace, name)] = kept;
            foreach (var (label, value) in kept)
            {
                if (!_names.TryGetValue((@namespace, label, value), out var names)) _names[(@namespace, label, value)] = names = new(StringComparer.Ordinal);
                names.Add(name);
            }
        }
    }

    /// <summary>Forgets an object that is gone.</summary>
    public void Remove(string @namespace, string name)
    {
        lock (_gate) Forget(@namespace, name);
    }

    /// <summary>Names of the objects of a namespace that have a label.</summary>
    public IReadOnlyList<string> Find(string @namespace, string label, Node value)
    {
        lock (_gate) return _names.TryGetValue((@namespace, label, value), out var names) ? [.. names] : [];
    }

    private void Forget(string @namespace, string name)
    {
        if (!_labels.Remove((@namespace, name), out var labels)) return;
        foreach (var (label, value) in labels)
        {
            var key = (@namespace, label, value);
            if (_names.TryGetValue(key, out var names) && names.Remove(name) && names.Count == 0) _names.Remove(key);
        }
    }
}
