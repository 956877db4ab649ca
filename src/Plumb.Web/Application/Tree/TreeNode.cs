namespace Plumb.Web.Application.Tree;

/// <summary>A node where it is drawn. Lengths are in pixels before zoom.</summary>
public sealed record TreeNode
{
    /// <summary>What names it in this tree; empty for the application itself.</summary>
    public required string Key { get; init; }

    /// <summary>The node to its left; empty for the application's own resources.</summary>
    public required string Owner { get; init; }

    /// <summary>What it stands for; null for the application and for groups.</summary>
    public TreeRecord? Record { get; init; }

    /// <summary>Of a group: the kind of what it stands for.</summary>
    public string GroupKind { get; init; } = "";

    /// <summary>Of a group: how many it stands for.</summary>
    public int GroupCount { get; init; }

    /// <summary>Of a group: whether its members are shown beside it.</summary>
    public bool Open { get; init; }

    /// <summary>Left edge.</summary>
    public double X { get; init; }

    /// <summary>Upper edge.</summary>
    public double Y { get; init; }
}
