using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app tree</c>.</summary>
internal static class AppTreeCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var output = Output.Option();
        var command = new DocumentedCommand("tree", "The application's resources and what they own, down to the Pods") { Examples = "plumb app tree shop" };
        command.Add(name);
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var tree = await client.GetTreeAsync(parsed.GetValue(name)!, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, tree, ApiJson.Default.IReadOnlyListTreeRecord))
                Write(terminal, (await client.GetApplicationAsync(parsed.GetValue(name)!, ct)).Summary, tree);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static void Write(Terminal terminal, ApplicationSummary application, IReadOnlyList<TreeRecord> tree)
    {
        var grid = new Grid("RESOURCE", "HEALTH", "AGE", "MESSAGE");
        var below = tree.Where(t => t.Owner is not null).ToLookup(t => t.Owner!);
        var listed = new HashSet<ResourceName>();
        grid.Add(application.Name, Palette.Health(application.Health), "", application.Suspension is { } suspension ? new Cell(AppListCommand.Suspended(suspension), "yellow") : "");
        AddAll([.. tree.Where(t => t.Owner is null)], "");
        grid.Write(terminal);

        void AddAll(IReadOnlyList<TreeRecord> nodes, string indent)
        {
            for (var i = 0; i < nodes.Count; i++)
            {
                var node = nodes[i];
                var isLast = i == nodes.Count - 1;
                grid.Add(
                    $"{indent}{(isLast ? "└─ " : "├─ ")}{node.Resource}", Palette.Health(node.Health), Words.Age(node.CreatedAt, terminal.Now),
                    node.Health == "Healthy" ? "" : node.HealthMessage);
                // Owners that own each other would never end.
                if (listed.Add(node.Resource)) AddAll([.. below[node.Resource]], indent + (isLast ? "   " : "│  "));
            }
        }
    }
}
