using System.CommandLine;
using System.Globalization;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Repo;

/// <summary><c>plumb repo list</c>.</summary>
internal static class RepoListCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var output = Output.Option();
        var command = new DocumentedCommand("list", "All repositories in use, when they were fetched, and why they cannot be")
        {
            Examples = "plumb repo list\nplumb repo list -o json | jq -r '.[] | select(.fault) | \"\\(.url): \\(.fault)\"'",
        }.With(output);
        command.Aliases.Add("ls");
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var repositories = await client.ListRepositoriesAsync(ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, repositories, ApiJson.Default.IReadOnlyListRepositoryRecord)) return ExitCode.Ok;
            if (repositories.Count == 0) terminal.Note("There are no repositories in use that you may see.");
            else Table(terminal, repositories).Write(terminal);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Grid Table(Terminal terminal, IReadOnlyList<RepositoryRecord> repositories)
    {
        var grid = new Grid("REPOSITORY", "KIND", "APPLICATIONS", "FETCHED", "REVISIONS", "STATUS") { Spare = ["REVISIONS", "KIND", "APPLICATIONS"] };
        foreach (var r in repositories)
        {
            grid.Add(
                r.Url, r.Kind, r.Applications.Count.ToString(CultureInfo.InvariantCulture), r.FetchedAt is null ? "never" : Words.Age(r.FetchedAt, terminal.Now) + " ago",
                string.Join(", ", r.Revisions.Select(v => v.Commit.Length > 0 ? $"{v.Asked}={Words.Revision(v.Commit)}" : v.Asked)),
                r.Fault is { } fault ? new Cell(Words.FirstLine(fault), "red") : new Cell("reached", "green"));
        }

        return grid;
    }
}
