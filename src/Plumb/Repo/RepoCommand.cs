using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Repo;

/// <summary><c>plumb repo</c>.</summary>
internal static class RepoCommand
{
    public static Command Create(Terminal terminal)
    {
        var server = new ServerConnection(terminal);
        var command = new DocumentedCommand("repo", "Look at and fetch the repositories that a running server uses")
        {
            RepoListCommand.Create(terminal, server),
            RepoRefreshCommand.Create(terminal, server),
        };
        server.AddTo(command);
        return command;
    }
}
