using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Session;

/// <summary><c>plumb session end</c>.</summary>
internal static class SessionEndCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var id = new Argument<string>("id") { Description = "The session, as `plumb session list` shows it", HelpName = "ID" };
        id.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListSignInsAsync(ct)).Select(s => s.Id)));
        var command = new DocumentedCommand("end", "End a session at once: whoever has it must sign in again") { Examples = "plumb session end 01JF6Z3N9T" }.With(id);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            await client.EndSignInAsync(parsed.GetValue(id)!, ct);
            terminal.Note($"the session {parsed.GetValue(id)} is ended");
            return ExitCode.Ok;
        }));
        return command;
    }
}
