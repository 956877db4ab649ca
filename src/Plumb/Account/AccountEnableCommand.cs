using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Account;

/// <summary><c>plumb account enable</c>.</summary>
internal static class AccountEnableCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = AccountName.Argument(server);
        var command = new DocumentedCommand("enable", "Let an account sign in and use its tokens again") { Examples = "plumb account enable ada" }.With(name);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var account = await client.ChangeAccountAsync(parsed.GetValue(name)!, new AccountPatch { Enabled = true }, ct);
            terminal.Note($"{account.Name} may sign in again");
            return ExitCode.Ok;
        }));
        return command;
    }
}
