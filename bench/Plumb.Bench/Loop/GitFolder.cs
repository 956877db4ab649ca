namespace Plumb.Bench.Loop;

/// <summary>A Git repository with files, in a folder.</summary>
internal sealed class GitFolder(string folder)
{
    /// <summary>Makes an empty one of the folder, which is there.</summary>
    public Task InitAsync(CancellationToken ct) => GitAsync(ct, "init", "--quiet", "--initial-branch=main");

    /// <summary>Commits all that changed; gives the commit.</summary>
    public async Task<string> CommitAsync(CancellationToken ct)
    {
        await GitAsync(ct, "add", "--all");
        await GitAsync(ct, "-c", "user.name=Bench", "-c", "user.email=bench@example.com", "commit", "--quiet", "--message", "change");
        return (await GitAsync(ct, "rev-parse", "HEAD")).Trim();
    }

    private Task<string> GitAsync(CancellationToken ct, params string[] arguments) => Programs.RunAsync("git", ["-C", folder, .. arguments], ct);
}
