using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app</c>: applications of a running server.</summary>
internal static class AppCommand
{
    public static Command Create(Terminal terminal)
    {
        var server = new ServerConnection(terminal);
        var command = new DocumentedCommand("app", "Look at and act on the applications of a running server")
        {
            AppListCommand.Create(terminal, server),
            AppGetCommand.Create(terminal, server),
            AppDiffCommand.Create(terminal, server),
            AppSyncCommand.Create(terminal, server),
            AppRefreshCommand.Create(terminal, server),
            AppHistoryCommand.Create(terminal, server),
            AppRunCommand.Create(terminal, server),
            AppRollbackCommand.Create(terminal, server),
            AppTreeCommand.Create(terminal, server),
            AppResourceCommand.Create(terminal, server),
            AppManifestsCommand.Create(terminal, server),
            AppLogsCommand.Create(terminal, server),
            AppEventsCommand.Create(terminal, server),
            AppWaitCommand.Create(terminal, server),
            AppSuspendCommand.Create(terminal, server),
            AppResumeCommand.Create(terminal, server),
            AppDeleteCommand.Create(terminal, server),
            AppConfirmCommand.Create(terminal, server),
            AppTerminateCommand.Create(terminal, server),
        };
        server.AddTo(command);
        return command;
    }
}
