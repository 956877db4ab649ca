using Plumb.GoTemplate.Syntax;

namespace Plumb.GoTemplate.Running;

/// <summary>One template, ready to run. It never changes and may be shared between sets.</summary>
internal sealed class Template
{
    public required string Name { get; init; }

    public required Tree Tree { get; init; }

    /// <summary>Whether there is nothing in it but space and comments.</summary>
    public required bool IsEmpty { get; init; }

    /// <summary>How many variables it needs room for, <c>$</c> included.</summary>
    public required int Slots { get; init; }

    public required Statement Body { get; init; }
}
