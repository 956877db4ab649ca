using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Audit;

/// <summary><c>plumb audit list</c>.</summary>
internal static class AuditListCommand
{
    private const int MaxPage = 1000;
    private const int MaxLimit = 1_000_000;

    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var who = new Option<string>("--who") { Description = "Only what this account did", HelpName = "NAME", DefaultValueFactory = _ => "" };
        var action = new Option<string>("--action") { Description = "Only this, such as sync, rollback, delete, sign-in, token.create", HelpName = "ACTION", DefaultValueFactory = _ => "" };
        var subject = new Option<string>("--subject") { Description = "Only what was done to this application, cluster or account", HelpName = "NAME", DefaultValueFactory = _ => "" };
        var since = new DurationOption("--since", "Only the last while, such as 24h or 7d");
        var before = new DurationOption("--before", "Only what is older than that, such as 1h");
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "COUNT", DefaultValueFactory = _ => 100 };
        var output = Output.Option();
        var command = new DocumentedCommand("list", "Who did what, newest first")
        {
            Examples = """
                plumb audit list --since 24h
                plumb audit list --who ada --action sync --limit 20
                plumb audit list --since 30d --limit 100000 -o json | jq -r '.items[] | [.at, .who, .action, .subject] | @tsv'
                """,
        }.With(who, action, subject, since, before, limit, output);
        command.Aliases.Add("ls");
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var most = parsed.GetValue(limit);
            if (most is < 1 or > MaxLimit) throw new UsageException($"--limit {most}: it can be 1 to {MaxLimit}");
            var page = await ReadAsync(
                client,
                new AuditQuery
                {
                    Who = parsed.GetValue(who)!,
                    Action = parsed.GetValue(action)!,
                    Subject = parsed.GetValue(subject)!,
                    Since = terminal.Now - parsed.GetValue(since),
                    Before = terminal.Now - parsed.GetValue(before),
                },
                most, ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, page, ApiJson.Default.PageAuditRecord)) return ExitCode.Ok;
            if (page.Items.Count == 0) terminal.Note("Nothing was done that fits.");
            else Table(page.Items).Write(terminal);
            if (page.Items.Count < page.Total) terminal.Note($"the newest {page.Items.Count} of {page.Total}; --limit shows more");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static async Task<Page<AuditRecord>> ReadAsync(PlumbClient client, AuditQuery query, int most, CancellationToken ct)
    {
        var all = new List<AuditRecord>();
        while (true)
        {
            var page = await client.ListAuditAsync(query with { Limit = Math.Min(MaxPage, most - all.Count) }, ct);
            all.AddRange(page.Items);
            if (page.Next is null || page.Items.Count == 0 || all.Count >= most) return page with { Items = all };
            query = query with { After = page.Next };
        }
    }

    private static Grid Table(IReadOnlyList<AuditRecord> entries)
    {
        var grid = new Grid("TIME", "WHO", "ACTION", "SUBJECT", "OUTCOME", "DETAIL") { Spare = ["DETAIL", "SUBJECT"] };
        foreach (var e in entries)
        {
            var detail = e.Revision.Length > 0 ? $"{Words.Revision(e.Revision)} {e.Detail}".Trim() : e.Detail;
            grid.Add(Words.Time(e.At), e.Who, e.Action, e.Subject, Palette.Outcome(e.Outcome), Words.FirstLine(detail));
        }

        return grid;
    }
}
