using System.Globalization;
using System.Text;
using Plumb.Git.WriteBack;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Mirrors;

/// <summary>Commits that Plumb itself writes: made in the mirror's object database, with no work tree, and pushed.</summary>
internal sealed partial class Mirror
{
    private const string Committer = "Plumb";
    private const string CommitterEmail = "plumb@plumb.invalid";
    private const string Submodule = "160000";
    private const string Absent = "000000";

    /// <summary>The files that two commits, both in the mirror, hold differently.</summary>
    public async Task<IReadOnlyList<FileDifference>> CompareAsync(string before, string after, CancellationToken ct)
    {
        var output = await _remote.LocalAsync(
            "comparing commits", _view!.GitDir, ["diff-tree", "-r", "-z", "--no-renames", "--full-index", before, after], ct);
        var parts = output.Split('\0');
        var found = new List<FileDifference>();
        // ":MODE MODE ID ID STATUS", NUL, path, NUL
        for (var i = 0; i + 1 < parts.Length; i += 2)
        {
            var fields = parts[i].TrimStart(':').Split(' ');
            if (fields.Length < 5) throw Damaged($"comparing {before} with {after} gave \"{parts[i]}\"", null);
            if (fields[0] == Submodule || fields[1] == Submodule) continue;
            found.Add(new FileDifference(parts[i + 1], Version(fields[2], fields[0]), Version(fields[3], fields[1])));
        }

        return found;

        static FileVersion? Version(string id, string mode) => mode == Absent ? null : new FileVersion(id, mode);
    }

    /// <summary>A blob as text; null when it is none, or longer than that.</summary>
    public string? ReadText(string id, int maxBytes)
    {
        byte[] content;
        try
        {
            content = ReadBlob(id, maxBytes);
        }
        catch (SourceException e) when (e.Fault == SourceFault.LimitReached)
        {
            return null;
        }

        try
        {
            return Array.IndexOf(content, (byte)0) < 0 ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Makes a commit, pushes it, and fetches what the server made of that.</summary>
    public async Task<string> CommitAsync(BranchCommit commit, CancellationToken ct)
    {
        var view = await GetAsync(Freshness.Remote, ct);
        if (!view.Refs.Branches.TryGetValue(commit.Branch, out var head))
            throw new SourceException(SourceFault.RevisionNotFound, $"{Identity}: there is no branch {commit.Branch} to write to");
        if (head != commit.Parent)
        {
            throw new SourceException(SourceFault.Moved,
                $"{Identity}: the branch {commit.Branch} moved meanwhile, from {Short(commit.Parent)} to {Short(head)}: nothing was written. Look at it again.");
        }

        string made;
        await _writing.WaitAsync(ct);
        try
        {
            using var writer = await _folder.LockAsync(_context.Options.FetchTimeout, ct);
            made = await MakeAsync(_view!.GitDir, commit, ct);
            // It follows the head that was seen: should that have moved since, the server refuses it as no fast-forward.
            await _remote.PushAsync(_view!.GitDir, made, commit.Branch, ct);
        }
        finally
        {
            _writing.Release();
        }

        await FetchAsync(startedAfterNow: true).WaitAsync(ct);
        return made;
    }

    private async Task<string> MakeAsync(string gitDir, BranchCommit commit, CancellationToken ct)
    {
        const string Writing = "writing a commit";
        var index = Path.Combine(_folder.Root, "index-" + Guid.NewGuid().ToString("N"));
        (string, string)[] environment = [("GIT_INDEX_FILE", index)];
        try
        {
            await _remote.LocalAsync(Writing, gitDir, ["read-tree", commit.Parent], ct, environment: environment);
            var lines = new StringBuilder();
            var none = new string('0', commit.Parent.Length);
            foreach (var (path, file) in commit.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
                lines.Append(file is null ? $"0 {none}\t{path}" : $"{file.Mode} {file.ObjectId}\t{path}").Append('\0');
            await _remote.LocalAsync(Writing, gitDir, ["update-index", "-z", "--index-info"], ct, lines.ToString(), environment);
            var tree = (await _remote.LocalAsync(Writing, gitDir, ["write-tree"], ct, environment: environment)).Trim();
            var now = _context.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + " +0000";
            var made = await _remote.LocalAsync(
                Writing, gitDir, ["commit-tree", tree, "-p", commit.Parent, "-F", "-"], ct, commit.Message,
                ("GIT_AUTHOR_NAME", Plain(commit.Author)), ("GIT_AUTHOR_EMAIL", Plain(commit.AuthorEmail)), ("GIT_AUTHOR_DATE", now),
                ("GIT_COMMITTER_NAME", Committer), ("GIT_COMMITTER_EMAIL", CommitterEmail), ("GIT_COMMITTER_DATE", now));
            return made.Trim();
        }
        finally
        {
            File.Delete(index);
            File.Delete(index + ".lock");
        }
    }

    /// <summary>What git would refuse or cut from a name, and what could end the line of a commit's header, is no part of it.</summary>
    private static string Plain(string text)
    {
        var plain = new string([.. text.Where(c => !char.IsControl(c) && c is not ('<' or '>'))]).Trim();
        return plain.Length > 0 ? plain : "unknown";
    }
}
