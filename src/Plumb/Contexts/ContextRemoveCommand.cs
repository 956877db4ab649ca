using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Contexts;

/// <summary><c>plumb context remove</c>.</summary>
internal static class ContextRemoveCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = ContextCommand.Name();
        var command = new DocumentedCommand("remove", "Forget a context and its token. The token stays valid: `plumb logout` revokes it first.")
        {
            Examples = "plumb logout --context old && plumb context remove old",
        }.With(name);
        command.Aliases.Add("rm");
        command.SetAction(async (parsed, ct) =>
        {
            var all = server.Contexts.Read();
            var chosen = all.Get(parsed.GetValue(name)!);
            await server.Contexts.WriteAsync(all.Without(chosen.Name), ct);
            terminal.Note(chosen.Name == all.Current ? $"{chosen.Name} is forgotten; there is no current context now" : $"{chosen.Name} is forgotten");
            return ExitCode.Ok;
        });
        return command;
    }
}
