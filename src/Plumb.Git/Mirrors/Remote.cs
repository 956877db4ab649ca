using System.Text.RegularExpressions;
using Plumb.Git.Addresses;
using Plumb.Git.Transport;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Mirrors;

/// <summary>Speaks to the server of one repository, through the git program.</summary>
internal sealed partial class Remote(RepositoryUrl identity, RepositoryUrl transport, MirrorContext context)
{
    private static readonly string[] All = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];

    /// <summary>The server's refs.</summary>
    public async Task<RemoteRefs> ListAsync(IEnumerable<string> others, CancellationToken ct)
    {
        var result = await RunAsync("list of refs", gitDir: null,
            ["ls-remote", "--quiet", "--symref", "--", transport.Display, "HEAD", "refs/heads/*", "refs/tags/*", .. others], ct);
        return RemoteRefs.Parse(result.Output);
    }

    /// <summary>Makes an empty mirror for objects with ids as long as the server's.</summary>
    public Task InitAsync(string gitDir, bool sha256, CancellationToken ct) =>
        RunAsync("clone", gitDir: null,
            ["init", "--quiet", "--bare", "--template=", "--initial-branch=main", sha256 ? "--object-format=sha256" : "--object-format=sha1",
                "--", gitDir], ct);

    /// <summary>Fetches all branches and tags, drops those that are gone, and returns the branches that were force-pushed.</summary>
    public async Task<IReadOnlyList<string>> FetchAllAsync(string gitDir, IEnumerable<string> others, CancellationToken ct)
    {
        var result = await RunAsync("fetch", gitDir,
            [.. FetchOptions, "--prune", "--", transport.Display, .. All, .. others.Select(o => $"+{o}:{o}")], ct);
        return [.. Forced().Matches(result.Errors).Select(m => m.Groups[1].Value).Where(n => !n.StartsWith("refs/", StringComparison.Ordinal))];
    }

    /// <summary>Fetches one ref or commit into a ref of the mirror.</summary>
    public Task FetchOneAsync(string gitDir, string from, string to, CancellationToken ct) =>
        RunAsync("fetch", gitDir, [.. FetchOptions, "--", transport.Display, $"+{from}:{to}"], ct);

    /// <summary>Sets a branch of the server to a commit of the mirror that follows its head.</summary>
    public Task PushAsync(string gitDir, string commit, string branch, CancellationToken ct) =>
        RunAsync("push", gitDir, ["push", "--quiet", "--no-verify", "--", transport.Display, $"{commit}:{Names.Branches}{branch}"], ct);

    /// <summary>Runs git on the mirror alone.</summary>
    public async Task<string> LocalAsync(
        string what, string gitDir, IReadOnlyList<string> arguments, CancellationToken ct, string input = "", params (string Name, string Value)[] environment)
    {
        var command = new GitCommand
        {
            Purpose = $"{identity}: {what}",
            Arguments = ["--git-dir=" + gitDir, .. arguments],
            Environment = [.. environment.Select(e => new KeyValuePair<string, string>(e.Name, e.Value))],
            Timeout = context.Options.FetchTimeout,
            Input = input,
        };
        var result = await context.Git.RunAsync(command, ct).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output : throw GitFailure.Of(command, result);
    }

    /// <summary>The mirror's own refs, with tags peeled.</summary>
    public async Task<RefSnapshot> ReadRefsAsync(string gitDir, CancellationToken ct)
    {
        var result = await RunAsync("reading refs", gitDir, ["for-each-ref", "--format=" + RefSnapshot.Format], ct);
        // git only warns of a garbled ref and leaves it out; a mirror with fewer branches than it had must not pass for whole.
        if (result.Errors.Contains("ignoring broken ref", StringComparison.Ordinal))
            throw new SourceException(SourceFault.Corrupt, $"{identity}: the mirror is damaged: {result.Errors.Split('\n')[0]}");
        string head;
        try
        {
            head = await File.ReadAllTextAsync(Path.Combine(gitDir, "HEAD"), ct);
        }
        catch (IOException e)
        {
            throw new SourceException(SourceFault.Corrupt, $"mirror of {identity}: its HEAD cannot be read: {e.Message}", e);
        }
        return RefSnapshot.Parse(result.Output, head);
    }

    /// <summary>The commits among the objects whose id begins so.</summary>
    public async Task<IReadOnlyList<string>> CandidatesAsync(string gitDir, string prefix, CancellationToken ct)
    {
        var result = await RunAsync("reading objects", gitDir, ["rev-parse", "--disambiguate=" + prefix], ct);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] FetchOptions =>
    [
        "fetch", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", "--no-progress", "--force",
    ];

    private async Task<GitResult> RunAsync(string what, string? gitDir, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var access = Access.To(transport, context.Credentials.Find(identity), context.Options.Proxy, context.AskPass());
        var max = context.Options.MaxRepositoryBytes;
        var command = new GitCommand
        {
            Purpose = $"{identity}: {what}",
            Arguments = [.. access.Arguments, .. gitDir is null ? Array.Empty<string>() : ["--git-dir=" + gitDir], .. arguments],
            Environment = access.Environment,
            Secrets = access.Secrets,
            Timeout = context.Options.FetchTimeout,
            Watchdog = gitDir is null || arguments[0] != "fetch" ? null : () => TooLarge(what, gitDir, max),
        };
        var result = await context.Git.RunAsync(command, ct).ConfigureAwait(false);
        if (result.ExitCode != 0) throw GitFailure.Of(command, result);
        // A small repository arrives between two looks of the watchdog.
        if (command.Watchdog?.Invoke() is { } reason) throw new SourceException(SourceFault.LimitReached, reason);
        return result;
    }

    private string? TooLarge(string what, string gitDir, long max) => MirrorFolder.Size(Path.Combine(gitDir, "objects")) is var size && size > max
        ? $"{identity}: {what} stopped: the repository is larger than the limit of {max} bytes"
        : null;

    // " + 1234567...89abcde main       -> main  (forced update)"
    [GeneratedRegex(@"^ \+ \S+\.\.\.\S+ +(\S+) +-> \S+", RegexOptions.Multiline)]
    private static partial Regex Forced();
}
