using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app terminate</c>.</summary>
internal static class AppTerminateCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var command = new DocumentedCommand("terminate", "Stop the sync that goes on; what it has applied stays") { Examples = "plumb app terminate shop" };
        command.Add(name);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            await client.TerminateAsync(parsed.GetValue(name)!, ct);
            terminal.Note($"the sync of {parsed.GetValue(name)} is asked to stop");
            return ExitCode.Ok;
        }));
        return command;
    }
}
