namespace Plumb.Web.Application.Tree;

/// <summary>Which nodes of a tree are shown; what they hang from is shown too.</summary>
public sealed record TreeFilter
{
    /// <summary>Part of a name or kind; empty: all.</summary>
    public string Text { get; init; } = "";

    /// <summary>Only this kind; empty: all.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Only this health; empty: all.</summary>
    public string Health { get; init; } = "";

    /// <summary>Only this word of sync; empty: all.</summary>
    public string Sync { get; init; } = "";

    /// <summary>Whether it shows everything.</summary>
    public bool IsEmpty => Text.Length == 0 && Kind.Length == 0 && Health.Length == 0 && Sync.Length == 0;

    /// <summary>Whether a node fits.</summary>
    public bool Shows(TreeRecord node) =>
        (Kind.Length == 0 || node.Resource.Kind == Kind)
        && (Health.Length == 0 || node.Health == Health)
        && (Sync.Length == 0 || node.Sync == Sync)
        && (Text.Length == 0 || node.Resource.Name.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || node.Resource.Kind.Contains(Text, StringComparison.OrdinalIgnoreCase));
}
