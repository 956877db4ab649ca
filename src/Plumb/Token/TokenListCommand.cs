using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Token;

/// <summary><c>plumb token list</c>.</summary>
internal static class TokenListCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var output = Output.Option();
        var command = new DocumentedCommand("list", "Your tokens, and those of others that you may see; never their secrets") { Examples = "plumb token list" }.With(output);
        command.Aliases.Add("ls");
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var tokens = await client.ListTokensAsync(ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, tokens, ApiJson.Default.IReadOnlyListTokenRecord)) return ExitCode.Ok;
            if (tokens.Count == 0) terminal.Note("There are no tokens yet: plumb token create");
            else Table(terminal, tokens).Write(terminal);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Grid Table(Terminal terminal, IReadOnlyList<TokenRecord> tokens)
    {
        var grid = new Grid("ID", "FOR", "CREATED", "ENDS", "LAST USED", "DESCRIPTION") { Spare = ["CREATED", "LAST USED"] };
        foreach (var t in tokens)
        {
            grid.Add(
                t.Id, t.Subject, $"{Words.Age(t.CreatedAt, terminal.Now)} ago{(t.CreatedBy.Length > 0 && t.CreatedBy != t.Subject ? " by " + t.CreatedBy : "")}", Ends(t, terminal.Now),
                t.LastUsedAt is { } used ? Words.Age(used, terminal.Now) + " ago" : "never", t.Description);
        }

        return grid;
    }

    private static Cell Ends(TokenRecord token, DateTimeOffset now) => token.ExpiresAt switch
    {
        null => new Cell("never", "yellow"),
        { } end when end <= now => new Cell("ended", "grey"),
        { } end => Words.Time(end),
    };
}
