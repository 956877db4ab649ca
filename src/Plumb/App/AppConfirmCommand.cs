using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app confirm</c>.</summary>
internal static class AppConfirmCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var command = new DocumentedCommand("confirm", "Allow what an application waits to have confirmed: what it says under \"Waiting\"")
        {
            Examples = """
                # what is to be confirmed?
                plumb app get shop
                plumb app confirm shop
                """,
        };
        command.Add(name);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var application = parsed.GetValue(name)!;
            await client.ConfirmAsync(application, ct);
            terminal.Note($"{application}: confirmed");
            return ExitCode.Ok;
        }));
        return command;
    }
}
