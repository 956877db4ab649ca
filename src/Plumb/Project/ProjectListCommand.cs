using System.CommandLine;
using System.Globalization;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Project;

/// <summary><c>plumb project list</c>.</summary>
internal static class ProjectListCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var output = Output.Option();
        var command = new DocumentedCommand("list", "All projects, with how many applications are in each") { Examples = "plumb project list" }.With(output);
        command.Aliases.Add("ls");
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var projects = await client.ListProjectsAsync(ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, projects, ApiJson.Default.IReadOnlyListProjectRecord)) return ExitCode.Ok;
            if (projects.Count == 0) terminal.Note("There are no projects that you may see.");
            else Table(projects).Write(terminal);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Grid Table(IReadOnlyList<ProjectRecord> projects)
    {
        var grid = new Grid("NAME", "APPLICATIONS", "WINDOWS", "ROLES", "DESCRIPTION");
        foreach (var p in projects)
            grid.Add(p.Name, Number(p.Applications.Count), Windows(p), Number(p.Roles.Count), Words.FirstLine(p.Description));
        return grid;
    }

    private static Cell Windows(ProjectRecord project) => project.Windows.Count == 0
        ? ""
        : project.Windows.Any(w => w is { Kind: "deny", Open: true }) ? new Cell("closed now", "yellow") : Number(project.Windows.Count);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
