using System.Diagnostics;

namespace Plumb.Git.Tests.Support;

/// <summary>A real repository on disk, made with the git program: a bare one that is served, and a work tree to commit from.</summary>
public sealed class TestRepository
{
    private readonly string _work;

    public TestRepository(string folder, string name = "repo", string branch = "main", string objectFormat = "sha1")
    {
        Bare = Path.Combine(folder, name + ".git");
        _work = Path.Combine(folder, name + ".work");
        Run(folder, "init", "-q", "--bare", $"--initial-branch={branch}", "--object-format=" + objectFormat, Bare);
        Run(folder, "init", "-q", $"--initial-branch={branch}", "--object-format=" + objectFormat, _work);
        Git("remote", "add", "origin", Bare);
        Branch = branch;
    }

    /// <summary>The bare repository: what is cloned.</summary>
    public string Bare { get; }

    public string Branch { get; }

    public string Work => _work;

    /// <summary>Writes files (null deletes), commits and pushes the current branch; gives the commit.</summary>
    public string Commit(params (string Path, string? Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            var full = Path.Combine(_work, path);
            if (content is null)
            {
                File.Delete(full);
                continue;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, content);
        }
        return CommitAll();
    }

    /// <summary>Commits what is in the work tree, and pushes.</summary>
    public string CommitAll()
    {
        Git("add", "-A");
        Git("commit", "-q", "--allow-empty", "-m", "Change " + Guid.NewGuid().ToString("N")[..6]);
        Push();
        return Head;
    }

    public void Link(string path, string target)
    {
        var full = Path.Combine(_work, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.CreateSymbolicLink(full, target);
    }

    public string Head => Git("rev-parse", "HEAD");

    public void NewBranch(string name)
    {
        Git("checkout", "-q", "-b", name);
        Push();
    }

    public void Checkout(string name) => Git("checkout", "-q", name);

    public void Tag(string name, bool annotated = false)
    {
        if (annotated) Git("tag", "-a", name, "-m", "Tag " + name);
        else Git("tag", name);
        Git("push", "-q", "origin", "refs/tags/" + name);
    }

    public void Push(bool force = false)
    {
        if (force) Git("push", "-q", "--force", "origin", "HEAD");
        else Git("push", "-q", "origin", "HEAD");
    }

    /// <summary>Throws away the last commit and pushes another in its place.</summary>
    public string ForcePush(params (string Path, string? Content)[] files)
    {
        Git("reset", "-q", "--hard", "HEAD~1");
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_work, path))!);
            File.WriteAllText(Path.Combine(_work, path), content!);
        }
        Git("add", "-A");
        Git("commit", "-q", "--allow-empty", "-m", "Other " + Guid.NewGuid().ToString("N")[..6]);
        Push(force: true);
        return Head;
    }

    public string Git(params string[] arguments) => Run(_work, arguments);

    public static string Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])
            ["-c", "user.name=Tess Ter", "-c", "user.email=tess@example.com", "-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {errors.Result}");
        return output.Trim();
    }
}
