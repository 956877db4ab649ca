namespace Plumb.Web.Application.Logs;

/// <summary>The last lines of a log, so many that a page can hold them.</summary>
internal sealed class LogBuffer
{
    /// <summary>Lines that are kept.</summary>
    public const int Most = 2000;

    private readonly Lock _lock = new();
    private readonly Queue<(long Number, LogLine Line)> _lines = new();
    private long _next;
    private bool _fresh;

    /// <summary>Adds a line; the oldest one goes when there are too many.</summary>
    public void Add(LogLine line)
    {
        lock (_lock)
        {
            _lines.Enqueue((_next++, line));
            _fresh = true;
            if (_lines.Count > Most)
            {
                _lines.Dequeue();
            }
        }
    }

    /// <summary>Whether lines came since it was last asked.</summary>
    public bool TakeFresh()
    {
        lock (_lock)
        {
            var fresh = _fresh;
            _fresh = false;
            return fresh;
        }
    }

    /// <summary>The lines that hold a text, in any case, oldest first, each with its number.</summary>
    public IReadOnlyList<(long Number, LogLine Line)> Holding(string text)
    {
        lock (_lock)
        {
            return text.Length == 0 ? [.. _lines] : [.. _lines.Where(entry => entry.Line.Text.Contains(text, StringComparison.OrdinalIgnoreCase))];
        }
    }
}
