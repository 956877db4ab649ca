using System.Collections.Concurrent;
using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate;

/// <summary>
/// What was read, by name and text. Bounded: what was not asked for while as much as fits was remembered anew is forgotten. Thread-safe.
/// </summary>
internal sealed class RememberedTexts
{
    private const int MaxTexts = 16_384;
    private const long MaxCharacters = 32L << 20;

    private readonly Lock _gate = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    private sealed class Generation : ConcurrentDictionary<(string Name, string Text), Template[]>
    {
        public long Characters { get; set; }
    }

    /// <summary>What was read; null when it is not remembered.</summary>
    public Template[]? Find(string name, string text)
    {
        if (_young.TryGetValue((name, text), out var found)) return found;
        if (!_old.TryGetValue((name, text), out found)) return null;
        Remember(name, text, found);
        return found;
    }

    /// <summary>Remembers; a text that would take too much of the room is not.</summary>
    public void Remember(string name, string text, Template[] templates)
    {
        if (text.Length > MaxCharacters / 16) return;
        lock (_gate)
        {
            if (_young.Count >= MaxTexts / 2 || _young.Characters + text.Length > MaxCharacters / 2) (_old, _young) = (_young, new Generation());
            if (_young.TryAdd((name, text), templates)) _young.Characters += text.Length;
        }
    }
}
