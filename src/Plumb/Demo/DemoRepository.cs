using Plumb.Commands.OneShot;

namespace Plumb.Commands.Demo;

/// <summary>The demo's Git repository, made from the samples that come with the program.</summary>
internal static class DemoRepository
{
    /// <summary>The address its applications name; the server fetches it from the local repository.</summary>
    public const string Address = "https://git.example.com/demo.git";

    /// <summary>Copies the samples and commits them on <c>main</c>.</summary>
    /// <exception cref="UsageException">The samples are not there, or git failed.</exception>
    public static async Task CreateAsync(string folder, CancellationToken ct)
    {
        var samples = Path.Combine(AppContext.BaseDirectory, "samples", "demo");
        if (!Directory.Exists(samples))
            throw new UsageException($"the demo's samples are missing: {samples} belongs beside the program; build it again");
        foreach (var file in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(samples, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        await GitCommand.MustRunAsync(folder, ["init", "--quiet", "--initial-branch=main"], ct);
        // In the repository's own settings, so that the commits people try work on a machine where git does not know them yet. A rollback from the
        // page is a commit that the server pushes here: the work tree follows it.
        (string, string)[] settings =
        [
            ("user.name", "Plumb demo"), ("user.email", "demo@plumb.dev"), ("commit.gpgsign", "false"), ("core.autocrlf", "false"),
            ("receive.denyCurrentBranch", "updateInstead"),
        ];
        foreach (var (key, value) in settings)
            await GitCommand.MustRunAsync(folder, ["config", key, value], ct);
        await GitCommand.MustRunAsync(folder, ["add", "--all"], ct);
        await GitCommand.MustRunAsync(folder, ["commit", "--quiet", "--no-verify", "-m", "The demo's applications"], ct);
    }
}
