using System.Globalization;
using Plumb.Api;
using Plumb.Commands.App;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Live;

/// <summary>
/// An application's resources in the order in which they are synced, by phase and wave, each with what became of it and its health. Pure: made
/// of the server's records, to fit a frame. When not all fits, groups that are done shrink to a line first, then those that are still to come;
/// what goes on stays to be seen longest.
/// </summary>
internal static class SyncPicture
{
    private const int HeadLines = 2;
    private const string Indent = "  ";

    /// <summary>Draws one application.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="detail">How it is; null when nothing is known yet.</param>
    /// <param name="elapsed">Since when somebody watches.</param>
    /// <param name="frame">Room.</param>
    public static IReadOnlyList<Cell[]> Draw(string name, ApplicationDetail? detail, TimeSpan elapsed, Frame frame)
    {
        var time = elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
        if (detail is null) return [[new Cell(Columns.Cut($"{name}  {time}  asking the server", frame.Width))]];
        var summary = detail.Summary;
        var head = new Columns(frame.Width, []);
        head.Add(
            new Cell(name, "bold"), detail.Operation is null ? Palette.Sync(summary.Sync) : new Cell("Syncing", "blue"), Palette.Health(summary.Health), new Cell(time, "grey"),
            new Cell(Words.Revision(detail.Operation?.Revisions.FirstOrDefault() ?? summary.Revision), "grey"));
        List<Cell[]> lines = [.. head.Draw(), [new Cell(Columns.Cut(Indent + Message(detail), frame.Width), "grey")]];
        var rows = Rows(detail);
        lines.AddRange(Fit(Groups(rows), frame.Height - HeadLines, frame.Width));
        return lines[..Math.Min(lines.Count, Math.Max(1, frame.Height))];
    }

    /// <summary>Draws several, one below the other, each with its share of the room; those that got there take a line.</summary>
    public static IReadOnlyList<Cell[]> DrawAll(IReadOnlyList<(string Name, ApplicationDetail? Detail, bool Done)> applications, TimeSpan elapsed, Frame frame)
    {
        if (applications.Count == 1) return Draw(applications[0].Name, applications[0].Detail, elapsed, frame);
        var busy = applications.Count(a => !a.Done);
        var share = Math.Max(1, (frame.Height - (applications.Count - busy)) / Math.Max(1, busy));
        // Who has most to say comes last, beside the cursor; a list that is too long loses those that are done.
        var lines = applications.OrderByDescending(a => a.Done).SelectMany(a => Draw(a.Name, a.Detail, elapsed, frame with { Height = a.Done ? 1 : share })).ToList();
        return lines.Count <= frame.Height ? lines : lines[^frame.Height..];
    }

    private static string Message(ApplicationDetail detail) =>
        detail.Operation is { Message.Length: > 0 } run ? run.Message
        : AppListCommand.Message(detail.Summary) is { Length: > 0 } message ? message
        : detail.Conditions is [var condition, ..] ? condition.Message
        : "nothing goes on";

    private static List<Row> Rows(ApplicationDetail detail)
    {
        var rows = new List<Row>();
        var health = detail.Resources.GroupBy(r => r.Resource).ToDictionary(g => g.Key, g => g.First());
        var told = new HashSet<ResourceName>();
        foreach (var result in detail.Operation?.Results ?? [])
        {
            told.Add(result.Resource);
            var resource = result.IsHook ? null : health.GetValueOrDefault(result.Resource);
            rows.Add(new Row(
                result.Phase, result.Wave, result.Resource + (result.IsHook ? " (hook)" : ""), Palette.Result(result.Status),
                resource is null ? "" : Palette.Health(resource.Health), MessageOf(result.Message, resource), StandingOf(result, resource)));
        }

        foreach (var resource in detail.Resources.Where(r => !told.Contains(r.Resource)))
        {
            var standing = resource.Health == "Degraded" ? Standing.Failed
                : resource.Health == "Progressing" ? Standing.Active
                : resource is { Sync: "Synced", Health: "Healthy" } ? Standing.Done
                : Standing.ToCome;
            rows.Add(new Row("Sync", resource.Wave, resource.Resource.ToString(), Palette.Sync(resource.Sync), Palette.Health(resource.Health), MessageOf("", resource), standing));
        }

        return rows;
    }

    private static string MessageOf(string result, ResourceRecord? resource) =>
        resource is { Health: not "Healthy", HealthMessage.Length: > 0 } ? resource.HealthMessage
        : result is { Length: > 0 } ? result
        : resource?.Message ?? "";

    private static Standing StandingOf(ResultRecord result, ResourceRecord? resource) => (result.Status, resource?.Health) switch
    {
        ("Failed" or "Blocked", _) or (_, "Degraded") => Standing.Failed,
        (_, "Progressing") => Standing.Active,
        ("Synced", "Missing") when !result.IsHook => Standing.Active,
        _ => Standing.Done,
    };

    private static List<Group> Groups(IReadOnlyList<Row> rows) =>
    [
        .. rows.GroupBy(r => (r.Phase, r.Wave))
            .OrderBy(g => PhaseOrder(g.Key.Phase)).ThenBy(g => g.Key.Wave)
            .Select(g => new Group(g.Key.Phase + (Words.Wave(g.Key.Wave) is "first" ? ", first" : $", wave {g.Key.Wave}"), [.. g])),
    ];

    private static int PhaseOrder(string phase) => phase switch { "PreDelete" => 0, "PreSync" => 1, "Sync" => 2, "PostSync" => 3, "SyncFail" => 4, _ => 5 };

    private static IEnumerable<Cell[]> Fit(List<Group> groups, int room, int width)
    {
        Shrink(groups.Where(g => g.Standing == Standing.Done));
        Shrink(Enumerable.Reverse(groups).Where(g => g.Standing == Standing.ToCome));
        // Even groups in which something goes on hide what is done in them.
        foreach (var group in groups.Where(g => !g.IsShort))
        {
            if (Height() <= room) break;
            group.HidesDone = true;
        }

        Shrink(groups.Where(g => g.Standing is not Standing.Failed));
        var columns = new Columns(width - Indent.Length, []);
        var plan = new List<(Cell[]? Line, bool Row)>();
        foreach (var group in groups)
        {
            plan.Add(([new Cell(Columns.Cut(group.Heading(), width), group.Standing == Standing.ToCome ? "grey" : "bold")], false));
            foreach (var row in group.Shown)
            {
                plan.Add((null, true));
                columns.Add(row.Name, row.Result, row.Health, new Cell(row.Message, row.Standing == Standing.Failed ? "red" : "grey"));
            }
        }

        var rows = columns.Draw(Indent).GetEnumerator();
        var lines = new List<Cell[]>();
        foreach (var (line, isRow) in plan)
        {
            if (isRow) rows.MoveNext();
            lines.Add(isRow ? rows.Current : line!);
        }

        if (lines.Count <= room || room <= 0) return lines.Take(Math.Max(0, room));
        return [.. lines.Take(room - 1), [new Cell(Columns.Cut($"… and {Words.Count(lines.Count - room + 1, "more line")}", width), "grey")]];

        int Height() => groups.Sum(g => g.Height);

        void Shrink(IEnumerable<Group> candidates)
        {
            foreach (var group in candidates.ToList())
            {
                if (Height() <= room) return;
                group.IsShort = true;
            }
        }
    }

    private enum Standing
    {
        Done,
        ToCome,
        Active,
        Failed,
    }

    private sealed record Row(string Phase, int Wave, string Name, Cell Result, Cell Health, string Message, Standing Standing);

    private sealed class Group(string title, IReadOnlyList<Row> rows)
    {
        public bool IsShort { get; set; }

        public bool HidesDone { get; set; }

        public Standing Standing { get; } =
            rows.Any(r => r.Standing == Standing.Failed) ? Standing.Failed
            : rows.All(r => r.Standing == Standing.Done) ? Standing.Done
            : rows.All(r => r.Standing == Standing.ToCome) ? Standing.ToCome
            : Standing.Active;

        // What failed, then what goes on, is to be seen first when not all can.
        public IReadOnlyList<Row> Shown => IsShort ? [] : HidesDone ? [.. rows.Where(r => r.Standing != Standing.Done).OrderByDescending(r => r.Standing)] : rows;

        public int Height => 1 + Shown.Count;

        public string Heading()
        {
            var counts = new List<string>();
            Count(Standing.Failed, "failed");
            Count(Standing.Active, "in progress");
            Count(Standing.Done, "done");
            Count(Standing.ToCome, "to come");
            return $"{title}: {string.Join(", ", counts)}";

            void Count(Standing standing, string word)
            {
                if (rows.Count(r => r.Standing == standing) is var count and > 0) counts.Add($"{count} {word}");
            }
        }
    }
}
