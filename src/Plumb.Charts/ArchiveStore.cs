using System.Security.Cryptography;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts;

/// <summary>
/// Downloaded content by its SHA-256, on disk. What is read is checked again, so a damaged file is as good as none; files appear whole,
/// so several processes may share a folder.
/// </summary>
internal sealed class ArchiveStore(string folder, long maxBytes, TimeProvider time)
{
    private readonly Lock _trimming = new();

    /// <summary>The content; null when it is not here.</summary>
    public byte[]? Find(string digest)
    {
        var file = PathOf(digest);
        try
        {
            if (!File.Exists(file)) return null;
            var content = File.ReadAllBytes(file);
            if (Digest(content) == digest)
            {
                File.SetLastAccessTimeUtc(file, time.GetUtcNow().UtcDateTime);
                return content;
            }

            File.Delete(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is downloaded again.
        }

        return null;
    }

    /// <summary>Keeps content.</summary>
    /// <exception cref="SourceException">The disk is full, or the folder cannot be written.</exception>
    public void Add(string digest, ReadOnlySpan<byte> content)
    {
        var file = PathOf(digest);
        var making = $"{file}.{Guid.NewGuid():N}.new";
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            try
            {
                File.WriteAllBytes(making, content);
                File.Move(making, file, overwrite: true);
            }
            catch
            {
                File.Delete(making);
                throw;
            }

            lock (_trimming) Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SourceException(SourceFault.Storage, $"the charts folder {folder} cannot be written: {fault.Message}", fault);
        }
    }

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Digest(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private string PathOf(string digest) => Path.Combine(folder, digest);

    private void Trim()
    {
        var files = new DirectoryInfo(folder).GetFiles();
        var bytes = files.Sum(f => f.Length);
        foreach (var file in files.OrderBy(f => f.LastAccessTimeUtc))
        {
            if (bytes <= maxBytes) return;
            bytes -= file.Length;
            file.Delete();
        }
    }
}
