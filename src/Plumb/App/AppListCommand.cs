using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Live;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app list</c>.</summary>
internal static class AppListCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var filter = new ApplicationFilter();
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on with what changes until stopped" };
        var output = Output.Option();
        var command = new DocumentedCommand("list", "Applications and how they are")
        {
            Examples = """
                plumb app list
                plumb app list --attention --sort health
                plumb app list --project shop -l team=web --watch
                plumb app list -o json | jq -r '.[] | select(.health != "Healthy") | .name'
                """,
        };
        command.Aliases.Add("ls");
        filter.AddTo(command, server);
        command.Add(watch);
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var query = filter.Read(parsed);
            if (parsed.GetValue(watch)) return await new ListWatch(terminal, client, query, parsed.GetValue(output)!).RunAsync(ct);
            var applications = await ApplicationFilter.ListAsync(client, query, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, applications, ApiJson.Default.IReadOnlyListApplicationSummary))
            {
                if (applications.Count == 0) terminal.Note(query == new ApplicationQuery { Limit = query.Limit } ? "There are no applications yet." : "No application fits.");
                else Table(applications).Write(terminal);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    public static Grid Table(IReadOnlyList<ApplicationSummary> applications)
    {
        var grid = new Grid("NAME", "PROJECT", "CLUSTER", "NAMESPACE", "SYNC", "HEALTH", "REVISION", "MESSAGE") { Spare = ["NAMESPACE", "PROJECT", "REVISION", "CLUSTER"], OneLine = true };
        foreach (var a in applications)
        {
            grid.Add(
                a.Name, a.Project, a.Cluster, a.Namespace, Palette.Sync(a.Sync), Palette.Health(a.Health), Words.Revision(a.Revision), Message(a));
        }

        return grid;
    }

    public static string Message(ApplicationSummary a) => Words.FirstLine(
        a.Operation is { Length: > 0 } ? a.Operation
        : a.Suspension is { } suspension ? Suspended(suspension)
        : a.WaitingFor is { Length: > 0 } ? a.WaitingFor
        : a.Errors > 0 ? $"{Words.Count(a.Errors, "error")}: plumb app get {a.Name}"
        : a.Health == "Healthy" ? "" : a.HealthMessage);

    /// <summary>In words: who stopped automated syncs, until when, why.</summary>
    public static string Suspended(SuspensionRecord suspension) =>
        $"suspended by {suspension.By}{(suspension.Until is { } until ? $" until {Words.Time(until)}" : "")}: {suspension.Reason}";
}
