using System.CommandLine;
using System.Globalization;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Cluster;

/// <summary><c>plumb cluster list</c>.</summary>
internal static class ClusterListCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var output = Output.Option();
        var command = new DocumentedCommand("list", "All clusters and whether they can be reached")
        {
            Examples = """
                plumb cluster list
                plumb cluster list -o json | jq -r '.[] | select(.fault) | "\(.name): \(.fault)"'
                """,
        };
        command.Aliases.Add("ls");
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var clusters = await client.ListClustersAsync(ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, clusters, ApiJson.Default.IReadOnlyListClusterRecord)) return ExitCode.Ok;
            if (clusters.Count == 0) terminal.Note("There are no clusters yet: plumb cluster add");
            else Table(clusters).Write(terminal);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Grid Table(IReadOnlyList<ClusterRecord> clusters)
    {
        var grid = new Grid("NAME", "VERSION", "APPLICATIONS", "NODES", "OBJECTS", "STATUS");
        foreach (var c in clusters)
        {
            grid.Add(
                c.Name, c.Version, Number(c.Applications), c.Nodes is { } nodes ? Number(nodes) : "", c.Objects > 0 ? Number(c.Objects) : "", Status(c));
        }

        return grid;
    }

    /// <summary>In words: how it is, or what stands against it.</summary>
    public static Cell Status(ClusterRecord cluster) => cluster.Fault is { } fault
        ? new Cell(Words.FirstLine(fault), cluster.Connection == "LeftOut" ? "yellow" : "red")
        : cluster.Connection switch
        {
            "NotUsed" => new Cell("not used", "grey"),
            "Connecting" => new Cell("connecting", "blue"),
            _ => new Cell("reached", "green"),
        };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
