using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Contexts;

/// <summary><c>plumb context list</c>.</summary>
internal static class ContextListCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var output = Output.Option();
        var command = new DocumentedCommand("list", "All contexts; tokens are not shown")
        {
            Examples = "plumb context list\nplumb context list -o json | jq -r '.[] | select(.current) | .server'",
        }.With(output);
        command.Aliases.Add("ls");
        command.SetAction(parsed =>
        {
            var all = server.Contexts.Read();
            IReadOnlyList<ContextView> views = [.. all.Contexts.Select(c => ContextView.Of(c, all))];
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, views, ContextJson.Default.IReadOnlyListContextView)) return ExitCode.Ok;
            if (views.Count == 0) terminal.Note("There are no contexts yet: plumb login URL");
            else Table(terminal, views).Write(terminal);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Grid Table(Terminal terminal, IReadOnlyList<ContextView> views)
    {
        var grid = new Grid("CURRENT", "NAME", "SERVER", "ACCOUNT", "TOKEN");
        foreach (var view in views) grid.Add(view.Current ? "*" : "", view.Name, view.Server, view.Account, Token(view, terminal.Now));
        return grid;
    }

    /// <summary>Whether there is a token, and for how long.</summary>
    public static Cell Token(ContextView view, DateTimeOffset now) => view switch
    {
        { SignedIn: false } => new Cell("none", "grey"),
        { ExpiresAt: { } end } when end <= now => new Cell($"ended {Words.Age(end, now)} ago: plumb login {view.Server}", "yellow"),
        { ExpiresAt: { } end } => new Cell($"until {Words.Time(end)}", "green"),
        _ => new Cell("signed in", "green"),
    };
}
