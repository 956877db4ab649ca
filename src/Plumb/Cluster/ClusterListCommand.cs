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
        var command = new DocumentedCommand("list", "All clusters and whether they can be reached") { Examples = "plumb cluster list" };
        command.Aliases.Add("ls");
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var clusters = await client.ListClustersAsync(ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, clusters, ApiJson.Default.IReadOnlyListClusterRecord))
            {
                var grid = new Grid("NAME", "VERSION", "APPLICATIONS", "STATUS");
                foreach (var c in clusters)
                    grid.Add(c.Name, c.Version, c.Applications.ToString(CultureInfo.InvariantCulture), c.Fault is null ? new Cell("reached", "green") : new Cell(c.Fault, "red"));
                grid.Write(terminal);
            }

            return ExitCode.Ok;
        }));
        return command;
    }
}
