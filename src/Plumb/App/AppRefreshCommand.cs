using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app refresh</c>.</summary>
internal static class AppRefreshCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var command = new DocumentedCommand("refresh", "Fetch the repository and compare again now, instead of at the next poll") { Examples = "plumb app refresh shop" };
        command.Add(name);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            await client.RefreshAsync(parsed.GetValue(name)!, ct);
            terminal.Note($"{parsed.GetValue(name)} is fetched and compared again");
            return ExitCode.Ok;
        }));
        return command;
    }
}
