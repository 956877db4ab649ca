using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Account;

/// <summary><c>plumb account</c>.</summary>
internal static class AccountCommand
{
    public static Command Create(Terminal terminal)
    {
        var server = new ServerConnection(terminal);
        var command = new DocumentedCommand("account", "Look at and change who may sign in at a running server")
        {
            AccountListCommand.Create(terminal, server),
            AccountCreateCommand.Create(terminal, server),
            AccountPasswordCommand.Create(terminal, server),
            AccountEnableCommand.Create(terminal, server),
            AccountDisableCommand.Create(terminal, server),
            AccountDeleteCommand.Create(terminal, server),
            AccountCanICommand.Create(terminal, server),
        };
        server.AddTo(command);
        return command;
    }
}
