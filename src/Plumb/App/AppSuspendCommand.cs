using System.CommandLine;
using System.Globalization;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app suspend</c>.</summary>
internal static class AppSuspendCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var reason = new Option<string>("--reason") { Description = "Why; others see it", HelpName = "TEXT", Required = true };
        var duration = new DurationOption("--for", "How long, such as 2h. Default: until it is resumed");
        var until = new Option<DateTimeOffset?>("--until") { Description = "Until when: 2026-12-24T18:00, of your clock unless it says another zone", HelpName = "TIME", CustomParser = ParseTime };
        var output = Output.Option();
        var command = new DocumentedCommand("suspend", "Stop automated syncs of the application for now, for a reason. Syncs by hand still work.")
        {
            Examples = """
                plumb app suspend shop --reason 'database migration by hand' --for 2h
                plumb app suspend shop --reason 'frozen for the holidays' --until 2027-01-02T08:00
                """,
        }.With(name, reason, duration, until, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            if (parsed.GetValue(duration) is not null && parsed.GetValue(until) is not null) throw new UsageException("--for and --until both say when it ends: give one of them");
            var end = parsed.GetValue(until) ?? terminal.Now + parsed.GetValue(duration);
            if (end <= terminal.Now) throw new UsageException($"--until {Words.Time(end.Value)} is over already");
            var detail = await client.SuspendAsync(parsed.GetValue(name)!, new SuspendBody { Reason = parsed.GetValue(reason)!, Until = end }, ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, detail, ApiJson.Default.ApplicationDetail)) return ExitCode.Ok;
            terminal.Note($"{detail.Summary.Name} is not synced by itself {(end is { } at ? $"until {Words.Time(at)}" : $"until somebody resumes it: plumb app resume {detail.Summary.Name}")}");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static DateTimeOffset? ParseTime(System.CommandLine.Parsing.ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)) return time;
        given.AddError($"\"{text}\" is not a point in time; write one such as 2026-12-24T18:00 or 2026-12-24T17:00Z");
        return null;
    }
}
