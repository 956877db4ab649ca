using Plumb.Commands.Terminals;
using Plumb.Server.Composition;

namespace Plumb.Commands.OneShot;

/// <summary>A path on disk as a path in the repository around it.</summary>
internal static class LocalRepository
{
    /// <summary>The repository's last commit at that path; says so when the files on disk differ from it.</summary>
    /// <exception cref="UsageException">There is no repository around it.</exception>
    public static async Task<RootAddress> FindAsync(string folder, Terminal terminal, CancellationToken ct)
    {
        var (found, places, _) = await GitCommand.RunAsync(folder, ["rev-parse", "--show-toplevel", "--show-prefix"], ct);
        if (found != 0)
        {
            var (bare, where, _) = await GitCommand.RunAsync(folder, ["rev-parse", "--is-bare-repository"], ct);
            if (bare == 0 && where.Trim() == "true") return new RootAddress(Path.GetFullPath(folder), "", "HEAD");
            throw new UsageException($"{folder} is not inside a Git repository; Plumb renders what is committed. `git init`, add and commit it first");
        }

        var lines = places.Split('\n');
        var (_, changes, _) = await GitCommand.RunAsync(folder, ["status", "--porcelain", "--", "."], ct);
        if (changes.Length > 0) terminal.Note($"{folder} has uncommitted changes; what follows is the last commit, without them");
        return new RootAddress(lines[0], lines.Length > 1 ? lines[1].Trim('/') : "", "HEAD");
    }
}
