using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Repo;

/// <summary><c>plumb repo refresh</c>.</summary>
internal static class RepoRefreshCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var url = new Argument<string>("url") { Description = "The repository's address, in any of its forms", HelpName = "URL" };
        url.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListRepositoriesAsync(ct)).Select(r => r.Url)));
        var command = new DocumentedCommand("refresh", "Fetch a repository now, instead of at the next poll: what a push hook does")
        {
            Examples = "plumb repo refresh https://git.example.com/platform.git",
        }.With(url);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            await client.PushedAsync(parsed.GetValue(url)!, ct);
            terminal.Note($"{parsed.GetValue(url)} is fetched; applications that use it are compared again when it moved");
            return ExitCode.Ok;
        }));
        return command;
    }
}
