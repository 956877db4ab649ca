using System.Globalization;
using Plumb.Web.Applications.Filters;

namespace Plumb.Web.Application.Tree;

/// <summary>How a tree is looked at: what is shown of it, which groups are open, and from where. It is in the address, so that a link shows the same.</summary>
public sealed record TreeView
{
    /// <summary>The value of <see cref="Zoom"/> that means: the whole tree.</summary>
    public const string Whole = "fit";

    private const int Farthest = 1_000_000;

    /// <summary>Which nodes are shown.</summary>
    public TreeFilter Filter { get; init; } = new();

    /// <summary>Keys of the groups whose members are shown.</summary>
    public Choice Open { get; init; } = Choice.All;

    /// <summary>
    /// <c>PERCENT_X_Y</c>: how large, and which point of the tree is in the middle of the view, in pixels before zoom. <see cref="Whole"/>: all of it
    /// is in view. Empty: as a tree begins.
    /// </summary>
    public string Zoom { get; init; } = "";

    /// <summary>Reads it from an address's values; what means nothing is left at its default.</summary>
    /// <param name="value">The value of a name in the address; null when it has none.</param>
    public static TreeView Read(Func<string, string?> value) => new()
    {
        Filter = new TreeFilter { Text = value("q") ?? "", Kind = value("kind") ?? "", Health = value("health") ?? "", Sync = value("sync") ?? "" },
        Open = Choice.Read(value("open")),
        Zoom = ReadZoom(value("zoom")),
    };

    /// <summary>A zoom when it is one; else empty.</summary>
    public static string ReadZoom(string? text) =>
        text == Whole || (text?.Split('_') is [var percent, var x, var y] && IsWhole(percent, 1, 1000) && IsWhole(x, -Farthest, Farthest) && IsWhole(y, -Farthest, Farthest))
            ? text!
            : "";

    /// <summary>As names and values for an address; empty values mean the default.</summary>
    public IEnumerable<(string Name, string? Value)> Values() =>
        [("q", Filter.Text), ("kind", Filter.Kind), ("health", Filter.Health), ("sync", Filter.Sync), ("open", Open.Write()), ("zoom", Zoom)];

    private static bool IsWhole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;
}
