using System.Collections.Concurrent;
using Plumb.GoTemplate;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Text;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>
/// What was parsed of one chart. Which of the charts in it take part, and under which names, is a matter of the values; mostly it is as in the
/// render before, for which a set is kept. Thread-safe.
/// </summary>
/// <param name="empty">A set with the functions and options of all others.</param>
internal sealed class ParsedTemplates(TemplateSet empty)
{
    private readonly ConcurrentDictionary<string, (ChartFile File, ParsedText Text)> _texts = new(StringComparer.Ordinal);
    private volatile Last? _last;

    private sealed record Last((string Name, ChartFile File)[] Files, TemplateSet Set);

    /// <summary>The templates of these files, later ones replacing earlier ones.</summary>
    /// <param name="files">The files by full name. The array is kept.</param>
    /// <exception cref="HelmException">A file is no template.</exception>
    public TemplateSet Of((string Name, ChartFile File)[] files)
    {
        if (_last is { } last && AreSame(last.Files, files)) return last.Set;
        var set = empty.Beside();
        foreach (var (name, file) in files) set.Add(Read(name, file));
        _last = new Last(files, set);
        return set;
    }

    private static bool AreSame((string Name, ChartFile File)[] some, (string Name, ChartFile File)[] others)
    {
        if (some.Length != others.Length) return false;
        for (var i = 0; i < some.Length; i++)
        {
            if (!ReferenceEquals(some[i].File, others[i].File) || some[i].Name != others[i].Name) return false;
        }

        return true;
    }

    private ParsedText Read(string name, ChartFile file)
    {
        if (_texts.TryGetValue(name, out var known) && ReferenceEquals(known.File, file)) return known.Text;
        try
        {
            var text = empty.Read(name, file.Text);
            _texts[name] = (file, text);
            return text;
        }
        catch (GoError error)
        {
            throw new HelmException(EngineErrors.OfParsing(name, error), error) { WhileRendering = true };
        }
    }
}
