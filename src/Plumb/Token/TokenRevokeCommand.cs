using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Token;

/// <summary><c>plumb token revoke</c>.</summary>
internal static class TokenRevokeCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var id = new Argument<string>("id") { Description = "The token's id, as `plumb token list` shows it; not its secret", HelpName = "ID" };
        id.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListTokensAsync(ct)).Select(t => t.Id)));
        var command = new DocumentedCommand("revoke", "Revoke a token at once") { Examples = "plumb token revoke 01JF6Z3N9T" }.With(id);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            await client.RevokeTokenAsync(parsed.GetValue(id)!, ct);
            terminal.Note($"the token {parsed.GetValue(id)} is revoked");
            return ExitCode.Ok;
        }));
        return command;
    }
}
