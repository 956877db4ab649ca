using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Contexts;

/// <summary><c>plumb context use</c>.</summary>
internal static class ContextUseCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = ContextCommand.Name();
        var command = new DocumentedCommand("use", "Make a context the current one: commands that name no server speak to it") { Examples = "plumb context use prod" }.With(name);
        command.SetAction(async (parsed, ct) =>
        {
            var all = server.Contexts.Read();
            var chosen = all.Get(parsed.GetValue(name)!);
            await server.Contexts.WriteAsync(all with { Current = chosen.Name }, ct);
            terminal.Note($"{chosen.Name} is the current context: {chosen.Server}");
            return ExitCode.Ok;
        });
        return command;
    }
}
