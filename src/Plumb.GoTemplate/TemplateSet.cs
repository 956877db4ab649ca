using System.Collections.Concurrent;
using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Parsing;
using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate;

/// <summary>
/// Templates that can call each other: Go's <c>template.Template</c> with its associated ones. Parse first, then run as often and in as many
/// threads as needed; <see cref="Derive"/> makes a set that sees this one's templates and adds or replaces its own.
/// </summary>
public sealed class TemplateSet
{
    private readonly Dictionary<string, Template> _templates = new(StringComparer.Ordinal);
    private readonly RememberedTexts _remembered;
    private readonly TemplateSet? _parent;

    /// <summary>An empty set.</summary>
    public TemplateSet(FunctionTable functions, TemplateOptions? options = null)
    {
        Functions = functions;
        Options = options ?? new TemplateOptions();
        _remembered = new RememberedTexts();
        Regexes = new ConcurrentDictionary<string, GoRegex>(StringComparer.Ordinal);
    }

    private TemplateSet(TemplateSet other, TemplateSet? parent)
    {
        Functions = other.Functions;
        Options = other.Options;
        _remembered = other._remembered;
        Regexes = other.Regexes;
        _parent = parent;
    }

    /// <summary>The functions that its templates may call.</summary>
    public FunctionTable Functions { get; }

    /// <summary>How it is read and run.</summary>
    public TemplateOptions Options { get; }

    /// <summary>The names of its templates, those of the set it derives from included.</summary>
    public IEnumerable<string> Names =>
        _parent is null ? _templates.Keys : _parent.Names.Concat(_templates.Keys).Distinct(StringComparer.Ordinal);

    /// <summary>Whether there is a template of that name.</summary>
    public bool Contains(string name) => Find(name) is not null;

    /// <summary>
    /// Reads a text: it becomes the template of that name, and each <c>define</c> and <c>block</c> in it one of its own. As in Go a template
    /// is replaced by a later one of its name, unless the later one is empty.
    /// </summary>
    /// <exception cref="TemplateParseError">The text is no template. The set is unchanged.</exception>
    public void Parse(string name, string text) => Add(Read(name, text));

    /// <summary>Reads a text without adding it, for a caller that keeps what was read and makes many sets of it.</summary>
    /// <exception cref="TemplateParseError">The text is no template.</exception>
    public ParsedText Read(string name, string text) => new(Parser.Parse(name, text, Functions, Options));

    /// <summary>Adds what <see cref="Read"/> gave as <see cref="Parse"/> adds it.</summary>
    public void Add(ParsedText text) => Add(text.Templates);

    /// <summary>
    /// The same as <see cref="Parse"/>, remembering what was read for this set and all derived from it: for texts that come again and
    /// again, as those of Helm's <c>tpl</c>.
    /// </summary>
    public void ParseRemembered(string name, string text)
    {
        if (_remembered.Find(name, text) is not { } templates)
        {
            templates = Parser.Parse(name, text, Functions, Options);
            _remembered.Remember(name, text, templates);
        }

        Add(templates);
    }

    /// <summary>Whether a text was read already, so that reading it again costs nothing.</summary>
    internal bool Remembers(string name, string text) => _remembered.Find(name, text) is not null;

    /// <summary>A set that starts with this one's templates: Go's <c>Clone</c>, without copying.</summary>
    public TemplateSet Derive() => new(this, _templates.Count == 0 && _parent is not null ? _parent : this);

    /// <summary>An empty set with the functions, options and remembered texts and patterns of this one.</summary>
    public TemplateSet Beside() => new(this, null);

    /// <summary>The patterns that were read for this set and all derived from it.</summary>
    internal ConcurrentDictionary<string, GoRegex> Regexes { get; }

    internal bool IsDerived => _parent is not null;

    internal Template? Find(string name)
    {
        for (var set = this; set is not null; set = set._parent)
        {
            if (set._templates.TryGetValue(name, out var template)) return template;
        }

        return null;
    }

    private void Add(Template[] templates)
    {
        foreach (var template in templates)
        {
            if (template.IsEmpty && Find(template.Name) is not null) continue;
            _templates[template.Name] = template;
        }
    }
}
