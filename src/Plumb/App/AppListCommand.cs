using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app list</c>.</summary>
internal static class AppListCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var output = Output.Option();
        var command = new DocumentedCommand("list", "All applications and how they are")
        {
            Examples = """
                plumb app list
                plumb app list -o json | jq -r '.[] | select(.health != "Healthy") | .name'
                """,
        };
        command.Aliases.Add("ls");
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var applications = await client.ListApplicationsAsync(ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, applications, ApiJson.Default.IReadOnlyListApplicationSummary))
            {
                if (applications.Count == 0) terminal.Note("There are no applications yet.");
                else Table(applications).Write(terminal);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    public static Grid Table(IReadOnlyList<ApplicationSummary> applications)
    {
        var grid = new Grid("NAME", "PROJECT", "CLUSTER", "NAMESPACE", "SYNC", "HEALTH", "REVISION", "MESSAGE");
        foreach (var a in applications)
        {
            grid.Add(
                a.Name, a.Project, a.Cluster, a.Namespace, Palette.Sync(a.Sync), Palette.Health(a.Health), Words.Revision(a.Revision), Message(a));
        }

        return grid;
    }

    public static string Message(ApplicationSummary a) => Words.FirstLine(
        a.Operation is { Length: > 0 } ? a.Operation
        : a.WaitingFor is { Length: > 0 } ? a.WaitingFor
        : a.Errors > 0 ? $"{Words.Count(a.Errors, "error")}: plumb app get {a.Name}"
        : a.Health == "Healthy" ? "" : a.HealthMessage);
}
