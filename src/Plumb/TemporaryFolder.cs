namespace Plumb.Commands;

/// <summary>A private folder that goes when the command ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("plumb-").FullName; // mode 0700

    public string File(string name) => Path.Combine(FullPath, name);

    public void Dispose()
    {
        try
        {
            // Git marks objects read-only; on Unix that does not hinder their removal.
            Directory.Delete(FullPath, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A reader that has not let go yet: the system's own cleaning of temporary files gets it.
        }
    }
}
