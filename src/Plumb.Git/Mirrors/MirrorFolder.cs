using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Plumb.Git.Addresses;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Mirrors;

/// <summary>
/// One mirror's folder: a lock file and numbered bare repositories, of which the highest counts. A new one is made under another name
/// and renamed when whole, so a half-made clone is never seen.
/// </summary>
internal sealed class MirrorFolder
{
    private static readonly TimeSpan RetiredFor = TimeSpan.FromMinutes(30);
    private readonly TimeProvider _time;

    public MirrorFolder(string dataFolder, RepositoryUrl identity, RepositoryUrl transport, TimeProvider time)
    {
        _time = time;
        Identity = identity;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(identity.Identity + "\n" + transport.Identity));
        var slug = new string([.. identity.MatchKey.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')]).Trim('_', '.');
        if (slug.Length > 60) slug = slug[^60..];
        Root = Path.Combine(dataFolder, "mirrors", $"{slug}-{Convert.ToHexStringLower(hash.AsSpan(0, 8))}");
    }

    public string Root { get; }

    private RepositoryUrl Identity { get; }

    /// <summary>The mirror to use; null when there is none yet.</summary>
    public string? Current() => Directory.Exists(Root)
        ? Directory.EnumerateDirectories(Root, "*.git").Where(d => Number(d) > 0).MaxBy(Number)
        : null;

    /// <summary>A name for the next mirror, not there yet.</summary>
    public (string Temporary, string Final) Next()
    {
        var number = (Current() is { } current ? Number(current) : 0) + 1;
        var final = Path.Combine(Root, number.ToString("000000", CultureInfo.InvariantCulture) + ".git");
        return (final + ".new", final);
    }

    /// <summary>Keeps other processes from writing to this mirror until disposed.</summary>
    /// <exception cref="SourceException">Another process holds it for too long, or the folder cannot be written.</exception>
    public async Task<IDisposable> LockAsync(TimeSpan patience, CancellationToken ct)
    {
        var began = _time.GetTimestamp();
        var path = Path.Combine(Root, "lock");
        CreatePrivate(Root, $"mirror of {Identity}");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (UnauthorizedAccessException e)
            {
                throw Unwritable($"mirror of {Identity}", e);
            }
            catch (IOException e) when (e is DirectoryNotFoundException or PathTooLongException)
            {
                throw Unwritable($"mirror of {Identity}", e);
            }
            catch (IOException e)
            {
                if (_time.GetElapsedTime(began) > patience)
                {
                    throw new SourceException(SourceFault.Storage,
                        $"mirror of {Identity}: another process has been writing to {Root} for {patience.TotalSeconds:0} s ({e.Message})", e);
                }
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, ct).ConfigureAwait(false);
        }
    }

    /// <summary>When the current mirror was last fetched, as noted by <see cref="NoteFetched"/>.</summary>
    public DateTimeOffset FetchedAt()
    {
        var stamp = Path.Combine(Root, "fetched");
        return File.Exists(stamp) ? File.GetLastWriteTimeUtc(stamp) : DateTimeOffset.MinValue;
    }

    public void NoteFetched(DateTimeOffset at)
    {
        var stamp = Path.Combine(Root, "fetched");
        if (!File.Exists(stamp)) File.WriteAllBytes(stamp, []);
        File.SetLastWriteTimeUtc(stamp, at.UtcDateTime);
    }

    /// <summary>Removes unfinished clones and mirrors that were replaced a while ago. Call with the lock held.</summary>
    public void Clean()
    {
        var current = Current();
        foreach (var folder in Directory.EnumerateDirectories(Root))
        {
            var unfinished = folder.EndsWith(".new", StringComparison.Ordinal);
            // Readers of a replaced mirror, also in another process, may still be at work.
            var retired = Number(folder) > 0 && folder != current
                && _time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) > RetiredFor;
            if (unfinished || retired) Delete(folder);
        }
        if (current is null) return;
        var packs = Path.Combine(current, "objects", "pack");
        if (!Directory.Exists(packs)) return;
        foreach (var left in Directory.EnumerateFiles(packs, "tmp_*")) File.Delete(left);
    }

    /// <summary>Creates a folder only this user can look into.</summary>
    public static void CreatePrivate(string folder, string subject)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(subject, e);
        }
    }

    public static SourceException Unwritable(string subject, Exception e) =>
        new(SourceFault.Storage, $"{subject}: the data folder cannot be written: {e.Message} Make it writable for this user.", e);

    /// <summary>Bytes below a folder; files that vanish meanwhile do not count.</summary>
    public static long Size(string folder)
    {
        if (!Directory.Exists(folder)) return 0;
        try
        {
            return new DirectoryInfo(folder)
                .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 })
                .Sum(f => f.Exists ? f.Length : 0);
        }
        catch (IOException)
        {
            return 0; // git renames folders while we look; the next look counts them
        }
    }

    public static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next cleaning tries again.
        }
    }

    private static int Number(string folder) =>
        int.TryParse(Path.GetFileName(folder).AsSpan().TrimEnd(".git"), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
        && folder.EndsWith(".git", StringComparison.Ordinal) ? n : 0;
}
