using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Token;

/// <summary><c>plumb token</c>.</summary>
internal static class TokenCommand
{
    public static Command Create(Terminal terminal)
    {
        var server = new ServerConnection(terminal);
        var command = new DocumentedCommand("token", "Make and revoke tokens, with which programs sign in")
        {
            TokenListCommand.Create(terminal, server),
            TokenCreateCommand.Create(terminal, server),
            TokenRevokeCommand.Create(terminal, server),
        };
        server.AddTo(command);
        return command;
    }
}
