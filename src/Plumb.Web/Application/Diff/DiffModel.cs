using DiffPlex.DiffBuilder;
using ChangeType = DiffPlex.DiffBuilder.Model.ChangeType;

namespace Plumb.Web.Application.Diff;

/// <summary>What a line of a difference is.</summary>
public enum DiffKind
{
    /// <summary>The same on both sides.</summary>
    Same,

    /// <summary>Only after.</summary>
    Added,

    /// <summary>Only before.</summary>
    Removed,

    /// <summary>Another text on each side.</summary>
    Changed,
}

/// <summary>A piece of a changed line.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Differs">Whether the other side lacks it.</param>
public sealed record DiffPiece(string Text, bool Differs);

/// <summary>One side of a line; lines are numbered from 1.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Text">Its text.</param>
/// <param name="Pieces">Of a changed line: its text in pieces; else empty.</param>
public sealed record DiffSide(int Number, string Text, IReadOnlyList<DiffPiece> Pieces);

/// <summary>A line with both its sides.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Before">Before; null when added.</param>
/// <param name="After">After; null when removed.</param>
public sealed record DiffRow(DiffKind Kind, DiffSide? Before, DiffSide? After);

/// <summary>A run of lines.</summary>
/// <param name="Rows">The lines.</param>
/// <param name="Folded">Whether they are the same and far from any change.</param>
public sealed record DiffSection(IReadOnlyList<DiffRow> Rows, bool Folded);

/// <summary>How two texts differ, line by line.</summary>
public sealed class DiffModel
{
    /// <summary>Lines that are the same and shown around a change.</summary>
    public const int Context = 3;

    private DiffModel(IReadOnlyList<DiffSection> sections, int added, int removed) => (Sections, Added, Removed) = (sections, added, removed);

    /// <summary>All lines, in order.</summary>
    public IReadOnlyList<DiffSection> Sections { get; }

    /// <summary>Lines that are new or other after.</summary>
    public int Added { get; }

    /// <summary>Lines that are gone or other after.</summary>
    public int Removed { get; }

    /// <summary>Compares.</summary>
    public static DiffModel Of(string before, string after)
    {
        var sides = SideBySideDiffBuilder.Diff(Ended(before), Ended(after), ignoreWhiteSpace: false);
        List<DiffRow> rows = [];
        for (var i = 0; i < sides.OldText.Lines.Count; i++)
        {
            var left = sides.OldText.Lines[i];
            var right = sides.NewText.Lines[i];
            DiffKind? kind = (left.Type, right.Type) switch
            {
                (ChangeType.Unchanged, _) => DiffKind.Same,
                (ChangeType.Imaginary, ChangeType.Imaginary) => null,
                (ChangeType.Imaginary, _) => DiffKind.Added,
                (_, ChangeType.Imaginary) => DiffKind.Removed,
                _ => DiffKind.Changed,
            };
            if (kind is { } known)
            {
                rows.Add(new DiffRow(known, Side(left, known), Side(right, known)));
            }
        }

        return new DiffModel(Fold(rows), rows.Count(row => row.Kind is DiffKind.Added or DiffKind.Changed), rows.Count(row => row.Kind is DiffKind.Removed or DiffKind.Changed));
    }

    // A last line with and without its end is no difference that anybody wants to see.
    private static string Ended(string text) => text.TrimEnd('\n', '\r');

    private static DiffSide? Side(DiffPlex.DiffBuilder.Model.DiffPiece line, DiffKind kind) =>
        line.Type == ChangeType.Imaginary || line.Position is not { } number
            ? null
            : new DiffSide(
                number,
                line.Text ?? "",
                kind == DiffKind.Changed
                    ? [.. line.SubPieces.Where(piece => piece.Text is { Length: > 0 }).Select(piece => new DiffPiece(piece.Text!, piece.Type != ChangeType.Unchanged))]
                    : []);

    private static List<DiffSection> Fold(List<DiffRow> rows)
    {
        var near = new bool[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Kind != DiffKind.Same)
            {
                for (var j = Math.Max(0, i - Context); j <= Math.Min(rows.Count - 1, i + Context); j++)
                {
                    near[j] = true;
                }
            }
        }

        List<DiffSection> sections = [];
        for (var start = 0; start < rows.Count;)
        {
            var end = start;
            while (end < rows.Count && near[end] == near[start])
            {
                end++;
            }

            // To fold one line would take as much room as to show it.
            var folded = !near[start] && end - start > 1;
            if (!folded && sections is [.., { Folded: false } last])
            {
                sections[^1] = last with { Rows = [.. last.Rows, .. rows[start..end]] };
            }
            else
            {
                sections.Add(new DiffSection(rows[start..end], folded));
            }

            start = end;
        }

        return sections;
    }
}
