using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Account;

/// <summary><c>plumb account list</c>.</summary>
internal static class AccountListCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var output = Output.Option();
        var command = new DocumentedCommand("list", "All accounts: local ones, and people seen through the identity provider") { Examples = "plumb account list" }.With(output);
        command.Aliases.Add("ls");
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var accounts = await client.ListAccountsAsync(ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, accounts, ApiJson.Default.IReadOnlyListAccountRecord)) return ExitCode.Ok;
            if (accounts.Count == 0) terminal.Note("There are no accounts yet: plumb account create");
            else Table(terminal, accounts).Write(terminal);
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Grid Table(Terminal terminal, IReadOnlyList<AccountRecord> accounts)
    {
        var grid = new Grid("NAME", "KIND", "STATE", "PASSWORD", "LAST SIGN-IN", "GROUPS");
        foreach (var a in accounts)
        {
            grid.Add(
                a.Name, a.Kind, a.Enabled ? new Cell("enabled", "green") : new Cell("disabled", "yellow"), a.HasPassword ? "yes" : "no",
                a.LastSignInAt is { } at ? Words.Age(at, terminal.Now) + " ago" : "never", string.Join(", ", a.Groups));
        }

        return grid;
    }
}
