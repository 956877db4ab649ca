namespace Plumb.EndToEnd.Tests.Support;

/// <summary>A real Git repository with a work tree, changed by the real <c>git</c>.</summary>
internal sealed class GitRepository
{
    private GitRepository(string folder) => Folder = folder;

    /// <summary>The work tree; also the repository's address.</summary>
    public string Folder { get; }

    public static async Task<GitRepository> CreateAsync(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var repository = new GitRepository(folder);
        await repository.GitAsync(ct, "init", "--quiet", "--initial-branch=main");
        return repository;
    }

    /// <summary>Copies a folder's files in and commits them as they are.</summary>
    public async Task<string> CommitFolderAsync(string source, string path, CancellationToken ct)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(Folder, path, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(to, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return await CommitAsync($"add {path}", ct);
    }

    /// <summary>Writes files (null deletes) and commits. Returns the commit.</summary>
    public async Task<string> WriteAsync(CancellationToken ct, params (string Path, string? Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            var to = Path.Combine(Folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            if (text is null) File.Delete(to);
            else await File.WriteAllTextAsync(to, text, ct);
        }

        return await CommitAsync("change " + string.Join(", ", files.Take(3).Select(f => f.Path)), ct);
    }

    public async Task<string> CommitAsync(string message, CancellationToken ct)
    {
        await GitAsync(ct, "add", "--all");
        await GitAsync(ct, "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "--allow-empty", "--message", message);
        return (await GitAsync(ct, "rev-parse", "HEAD")).Trim();
    }

    public async Task<string> GitAsync(CancellationToken ct, params string[] arguments) =>
        (await Shell.RunAsync("git", ["-C", Folder, .. arguments], Folder, ct)).MustSucceed();
}
