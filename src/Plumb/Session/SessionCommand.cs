using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Session;

/// <summary><c>plumb session</c>.</summary>
internal static class SessionCommand
{
    public static Command Create(Terminal terminal)
    {
        var server = new ServerConnection(terminal);
        var command = new DocumentedCommand("session", "Look at and end sessions of the server's page")
        {
            SessionListCommand.Create(terminal, server),
            SessionEndCommand.Create(terminal, server),
        };
        server.AddTo(command);
        return command;
    }
}
