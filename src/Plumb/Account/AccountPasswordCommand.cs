using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Account;

/// <summary><c>plumb account password</c>.</summary>
internal static class AccountPasswordCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = AccountName.Argument(server);
        name.Arity = ArgumentArity.ZeroOrOne;
        name.Description = "The account. Default: one's own";
        var given = new Option<bool>("--password-stdin") { Description = "Read from the input stream: for one's own account the present password on the first line, then the new one" };
        var command = new DocumentedCommand("password", "Set a password. It ends the account's other sessions.")
        {
            Examples = """
                plumb account password
                plumb account password ada --password-stdin < new-password
                """,
        }.With(name, given);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var session = await client.GetSessionAsync(ct);
            var account = parsed.GetValue(name) ?? (session.Name.Length > 0 ? session.Name : throw new UsageException("nobody is signed in: say whose password, or `plumb login` first"));
            var fromInput = parsed.GetValue(given);
            var otherwise = $"the password of {account} cannot be asked for here: give it with --password-stdin";
            var present = account != session.Name ? null
                : fromInput ? await Prompt.ReadGivenAsync(terminal, "present password", ct)
                : await Prompt.AskHiddenAsync(terminal, $"Present password of {account}", otherwise, ct);
            var password = fromInput
                ? await Prompt.ReadGivenAsync(terminal, "new password", ct)
                : await Prompt.AskNewPasswordAsync(terminal, account, otherwise, ct);
            await client.SetPasswordAsync(account, new PasswordBody { Present = present, Password = password }, ct);
            terminal.Note($"{account} has a new password; other sessions of {account} are ended");
            return ExitCode.Ok;
        }));
        return command;
    }
}
