using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Project;

/// <summary><c>plumb project get</c>.</summary>
internal static class ProjectGetCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = new Argument<string>("name") { Description = "The project", HelpName = "NAME" };
        name.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListProjectsAsync(ct)).Select(p => p.Name)));
        var output = Output.Option();
        var command = new DocumentedCommand("get", "One project: what may go where, when it may be synced, and its roles") { Examples = "plumb project get shop" }.With(name, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var project = await client.GetProjectAsync(parsed.GetValue(name)!, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, project, ApiJson.Default.ProjectRecord)) Write(terminal, project);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static void Write(Terminal terminal, ProjectRecord project)
    {
        var facts = new Grid("", "");
        facts.Add("Name:", project.Name);
        if (project.Description.Length > 0) facts.Add("Description:", project.Description);
        facts.Add("Repositories:", ListOf(project.SourceRepos, "none"));
        facts.Add("Destinations:", ListOf([.. project.Destinations.Select(d => $"{d.Cluster}/{d.Namespace}")], "none"));
        facts.Add("Cluster kinds:", ListOf(project.ClusterResourceWhitelist, "none"));
        if (project.ClusterResourceBlacklist.Count > 0) facts.Add("  but not:", ListOf(project.ClusterResourceBlacklist, ""));
        facts.Add("Kinds in namespaces:", project.NamespaceResourceWhitelist is { } allowed ? ListOf(allowed, "none") : "all");
        if (project.NamespaceResourceBlacklist.Count > 0) facts.Add("  but not:", ListOf(project.NamespaceResourceBlacklist, ""));
        facts.Add("Applications:", ListOf(project.Applications, "none"));
        facts.Write(terminal, headings: false);
        WriteWindows(terminal, project.Windows);
        WriteRoles(terminal, project.Roles);
    }

    private static void WriteWindows(Terminal terminal, IReadOnlyList<WindowRecord> windows)
    {
        if (windows.Count == 0) return;
        terminal.Out.WriteLine();
        var grid = new Grid("WINDOW", "SCHEDULE", "FOR", "NOW", "BY HAND", "APPLIES TO");
        foreach (var w in windows)
        {
            grid.Add(
                w.Kind, $"{w.Schedule} {w.TimeZone}".Trim(), w.Duration, w.Open ? new Cell("open", w.Kind == "deny" ? "yellow" : "green") : new Cell("closed", "grey"),
                w.ManualSync ? "allowed" : "", w.Description.Length > 0 ? $"{w.For}: {w.Description}" : w.For);
        }

        grid.Write(terminal);
    }

    private static void WriteRoles(Terminal terminal, IReadOnlyList<RoleRecord> roles)
    {
        if (roles.Count == 0) return;
        terminal.Out.WriteLine();
        var grid = new Grid("ROLE", "GROUPS", "POLICIES");
        foreach (var r in roles) grid.Add(r.Name, string.Join(", ", r.Groups), string.Join("\n", r.Policies));
        grid.Write(terminal);
    }

    private static string ListOf(IReadOnlyList<string> values, string none) => values.Count == 0 ? none : string.Join(", ", values);
}
