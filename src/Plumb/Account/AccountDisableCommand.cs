using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Account;

/// <summary><c>plumb account disable</c>.</summary>
internal static class AccountDisableCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = AccountName.Argument(server);
        var command = new DocumentedCommand("disable", "Keep an account from signing in and from using its tokens, at once") { Examples = "plumb account disable ada" }.With(name);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var account = await client.ChangeAccountAsync(parsed.GetValue(name)!, new AccountPatch { Enabled = false }, ct);
            terminal.Note($"{account.Name} may not sign in any more");
            return ExitCode.Ok;
        }));
        return command;
    }
}
