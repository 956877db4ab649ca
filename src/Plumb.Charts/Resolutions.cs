using System.Text;

namespace Plumb.Charts;

/// <summary>What versions meant last, on disk: after a restart a repository that is away stops nobody.</summary>
internal sealed class Resolutions(string folder)
{
    /// <summary>Keeps it; a disk that cannot be written costs only this.</summary>
    public void Remember((string RepoUrl, string Chart, string Revision) key, string commit)
    {
        var file = PathOf(key);
        var making = $"{file}.{Guid.NewGuid():N}.new";
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(making, commit);
            File.Move(making, file, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The next resolution tries again.
        }
    }

    public (string Commit, DateTimeOffset At)? Find((string RepoUrl, string Chart, string Revision) key)
    {
        try
        {
            var file = PathOf(key);
            return File.Exists(file) ? (File.ReadAllText(file), File.GetLastWriteTimeUtc(file)) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string PathOf((string RepoUrl, string Chart, string Revision) key) =>
        Path.Combine(folder, ArchiveStore.Digest(Encoding.UTF8.GetBytes($"{key.RepoUrl}\n{key.Chart}\n{key.Revision}")));
}
