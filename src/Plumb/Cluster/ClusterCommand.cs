using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Cluster;

/// <summary><c>plumb cluster</c>: the clusters of a running server.</summary>
internal static class ClusterCommand
{
    public static Command Create(Terminal terminal)
    {
        var server = new ServerConnection(terminal);
        var command = new DocumentedCommand("cluster", "Look at and change the clusters of a running server")
        {
            ClusterListCommand.Create(terminal, server),
            ClusterGetCommand.Create(terminal, server),
            ClusterAddCommand.Create(terminal, server),
            ClusterLabelCommand.Create(terminal, server),
            ClusterRenameCommand.Create(terminal, server),
            ClusterRemoveCommand.Create(terminal, server),
        };
        server.AddTo(command);
        return command;
    }

    /// <summary>A cluster's name, completed from the server when one answers soon.</summary>
    public static Argument<string> Name(ServerConnection server)
    {
        var name = new Argument<string>("name") { Description = "The cluster", HelpName = "NAME" };
        name.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListClustersAsync(ct)).Select(c => c.Name)));
        return name;
    }
}
