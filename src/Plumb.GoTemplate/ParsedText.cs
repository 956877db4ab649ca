using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate;

/// <summary>
/// A text that was read, to be added to sets with the same functions and options. It never changes and serves many sets and threads.
/// </summary>
public sealed class ParsedText
{
    internal ParsedText(Template[] templates) => Templates = templates;

    /// <summary>The text's own template, and one for each definition in it.</summary>
    internal Template[] Templates { get; }
}
