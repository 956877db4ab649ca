using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Account;

/// <summary><c>plumb account delete</c>.</summary>
internal static class AccountDeleteCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = AccountName.Argument(server);
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask; needed when nobody can be asked" };
        var command = new DocumentedCommand("delete", "Delete an account with its tokens and sessions")
        {
            Examples = "plumb account delete ada --yes",
            Outcomes = ("deleted", "the answer was no"),
        }.With(name, yes);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var account = parsed.GetValue(name)!;
            if (!parsed.GetValue(yes) && !await Prompt.ConfirmAsync(terminal, $"Delete the account {account} with its tokens and sessions?", $"deleting the account {account}", ct))
                return ExitCode.No;
            await client.DeleteAccountAsync(account, ct);
            terminal.Note($"the account {account} is deleted");
            return ExitCode.Ok;
        }));
        return command;
    }
}
