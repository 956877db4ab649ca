using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Audit;

/// <summary><c>plumb audit</c>.</summary>
internal static class AuditCommand
{
    public static Command Create(Terminal terminal)
    {
        var server = new ServerConnection(terminal);
        var command = new DocumentedCommand("audit", "Look at who did what on a running server")
        {
            AuditListCommand.Create(terminal, server),
        };
        server.AddTo(command);
        return command;
    }
}
