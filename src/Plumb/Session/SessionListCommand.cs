using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Session;

/// <summary><c>plumb session list</c>.</summary>
internal static class SessionListCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var output = Output.Option();
        var command = new DocumentedCommand("list", "Your sessions of the page; for who may see accounts, everybody's") { Examples = "plumb session list" }.With(output);
        command.Aliases.Add("ls");
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var sessions = await client.ListSignInsAsync(ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, sessions, ApiJson.Default.IReadOnlyListSignInRecord)) return ExitCode.Ok;
            if (sessions.Count == 0) terminal.Note("There are no sessions.");
            else Table(terminal, sessions).Write(terminal);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Grid Table(Terminal terminal, IReadOnlyList<SignInRecord> sessions)
    {
        var grid = new Grid("ID", "NAME", "BY", "BEGAN", "LAST SEEN", "ENDS", "FROM", "BROWSER") { Spare = ["BROWSER", "BY", "BEGAN", "ENDS"] };
        foreach (var s in sessions)
        {
            grid.Add(
                s.Id + (s.Present ? " (this one)" : ""), s.Name, s.Method, Words.Age(s.CreatedAt, terminal.Now) + " ago", Words.Age(s.LastSeenAt, terminal.Now) + " ago",
                Words.Time(s.ExpiresAt), s.From, Words.FirstLine(s.Agent));
        }

        return grid;
    }
}
