using System.CommandLine;
using System.Globalization;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app events</c>.</summary>
internal static class AppEventsCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var resource = new Option<string?>("--resource") { Description = "Only about this one and what it owns", HelpName = "[GROUP/]KIND/[NAMESPACE/]NAME" };
        ResourceText.Complete(resource, name, server);
        var output = Output.Option();
        var command = new DocumentedCommand("events", "What the cluster says happened to its resources and what they own, newest first")
        {
            Examples = "plumb app events shop\nplumb app events shop --resource Deployment/web",
        }.With(name, resource, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var application = parsed.GetValue(name)!;
            var about = parsed.GetValue(resource) is { } text ? ResourceText.Find(text, await client.GetTreeAsync(application, ct)) : null;
            var events = await client.ListEventsAsync(application, about, ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, events, ApiJson.Default.IReadOnlyListEventRecord)) return ExitCode.Ok;
            if (events.Count == 0) terminal.Note("The cluster has no events about it; most clusters keep them for an hour.");
            else Table(terminal, events).Write(terminal);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Grid Table(Terminal terminal, IReadOnlyList<EventRecord> events)
    {
        var grid = new Grid("LAST", "COUNT", "TYPE", "REASON", "RESOURCE", "MESSAGE") { Spare = ["TYPE", "COUNT"] };
        foreach (var e in events)
        {
            grid.Add(
                Words.Age(e.LastAt, terminal.Now), e.Count.ToString(CultureInfo.InvariantCulture), Palette.EventType(e.Type), e.Reason, e.Resource.ToString(), e.Message);
        }

        return grid;
    }
}
