using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Cluster;

/// <summary><c>plumb cluster</c>: the clusters of a running server.</summary>
internal static class ClusterCommand
{
    public static Command Create(Terminal terminal)
    {
        var server = new ServerConnection();
        return new DocumentedCommand("cluster", "Look at the clusters of a running server") { server.Address, ClusterListCommand.Create(terminal, server) };
    }
}
