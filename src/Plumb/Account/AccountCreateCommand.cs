using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Account;

/// <summary><c>plumb account create</c>.</summary>
internal static class AccountCreateCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = new Argument<string>("name") { Description = "Its name: 1 to 63 of a-z 0-9 . _ - @, beginning with a letter or digit", HelpName = "NAME" };
        var groups = new Option<string[]>("--group") { Description = "Group that it is in. Repeatable", HelpName = "GROUP", DefaultValueFactory = _ => [] };
        var given = new Option<bool>("--password-stdin") { Description = "Read its password, 12 to 200 characters, from the input stream's first line" };
        var none = new Option<bool>("--no-password") { Description = "It is a program's and uses tokens only" };
        var output = Output.Option();
        var command = new DocumentedCommand("create", "Make a local account. Its password is asked for on a terminal.")
        {
            Examples = """
                plumb account create ada --group developers
                plumb account create ci --no-password && plumb token create ci --description 'pipeline of shop'
                """,
        }.With(name, groups, given, none, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var account = parsed.GetValue(name)!;
            if (parsed.GetValue(given) && parsed.GetValue(none)) throw new UsageException("--password-stdin and --no-password contradict each other: give one of them");
            var password = parsed.GetValue(none) ? null
                : parsed.GetValue(given) ? await Prompt.ReadGivenAsync(terminal, "password", ct)
                : await Prompt.AskNewPasswordAsync(
                    terminal, account, $"the password of {account} cannot be asked for here: give it with --password-stdin, or make an account without one by --no-password", ct);
            var made = await client.CreateAccountAsync(new AccountBody { Name = account, Password = password, Groups = parsed.GetValue(groups)! }, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, made, ApiJson.Default.AccountRecord)) terminal.Note($"the account {made.Name} is made");
            return ExitCode.Ok;
        }));
        return command;
    }
}
