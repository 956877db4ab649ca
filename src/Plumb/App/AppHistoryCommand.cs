using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app history</c>.</summary>
internal static class AppHistoryCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var limit = new Option<int>("--limit") { Description = "How many at most", DefaultValueFactory = _ => 20 };
        var output = Output.Option();
        var command = new DocumentedCommand("history", "The application's syncs, newest first") { Examples = "plumb app history shop --limit 5" };
        command.Add(name);
        command.Add(limit);
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var runs = await client.ListRunsAsync(parsed.GetValue(name)!, parsed.GetValue(limit), ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, runs, ApiJson.Default.IReadOnlyListRunRecord))
            {
                var grid = new Grid("ID", "STARTED", "TOOK", "REVISION", "TRIGGER", "BY", "PHASE", "MESSAGE") { Spare = ["TOOK", "BY", "TRIGGER", "MESSAGE"] };
                foreach (var run in runs)
                {
                    grid.Add(
                        run.Id, Words.Time(run.StartedAt), run.FinishedAt is { } end ? $"{(end - run.StartedAt).TotalSeconds:0.0}s" : "",
                        string.Join(",", run.Revisions.Select(Words.Revision)), run.Trigger, run.Initiator, Palette.Phase(run.Phase), Words.FirstLine(run.Message));
                }

                if (runs.Count == 0) terminal.Note("There was no sync yet.");
                else grid.Write(terminal);
            }

            return ExitCode.Ok;
        }));
        return command;
    }
}
