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

    private sealed class Generation() : ConcurrentDictionary<(string Name, string Text), Template[]>(ByName.Instance)
    {
        public long Characters { get; set; }

        /// <summary>How many there are: the dictionary's own count takes all of its locks.</summary>
        public int Texts { get; set; }
    }

    /// <summary>
    /// Hashes the name and of a long text its length, beginning and end: a chart's files come as the same strings each time, and going
    /// through all of them would cost more than all else here.
    /// </summary>
    private sealed class ByName : IEqualityComparer<(string Name, string Text)>
    {
        private const int Sample = 512;

        public static ByName Instance { get; } = new();

        public bool Equals((string Name, string Text) x, (string Name, string Text) y) =>
            string.Equals(x.Text, y.Text, StringComparison.Ordinal) && string.Equals(x.Name, y.Name, StringComparison.Ordinal);

        public int GetHashCode((string Name, string Text) key)
        {
            var text = key.Text.AsSpan();
            return HashCode.Combine(
                string.GetHashCode(key.Name), text.Length, string.GetHashCode(text[..Math.Min(text.Length, Sample)]),
                string.GetHashCode(text[Math.Max(0, text.Length - Sample)..]));
        }
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
            if (_young.Texts >= MaxTexts / 2 || _young.Characters + text.Length > MaxCharacters / 2) (_old, _young) = (_young, new Generation());
            if (!_young.TryAdd((name, text), templates)) return;
            _young.Characters += text.Length;
            _young.Texts++;
        }
    }
}
