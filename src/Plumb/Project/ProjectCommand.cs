using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Project;

/// <summary><c>plumb project</c>.</summary>
internal static class ProjectCommand
{
    public static Command Create(Terminal terminal)
    {
        var server = new ServerConnection(terminal);
        var command = new DocumentedCommand("project", "Look at the projects of a running server: what may go where")
        {
            ProjectListCommand.Create(terminal, server),
            ProjectGetCommand.Create(terminal, server),
        };
        server.AddTo(command);
        return command;
    }
}
