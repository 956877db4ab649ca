namespace Plumb.Server.Composition;

/// <summary>
/// Keeps a second Plumb out of a data folder: two that write one history would each report the other's runs as unfinished. The lock is the
/// operating system's and ends with the process, however that ends.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>Creates the folder (only this user may look into it) and takes the lock; null when none is asked for.</summary>
    /// <exception cref="IOException">The folder cannot be written, or another process has the lock.</exception>
    public static DataFolderLock? Take(string folder, bool exclusive)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, e);
        }

        if (!exclusive) return null;
        var path = Path.Combine(folder, "plumb.lock");
        var holder = Path.Combine(folder, "plumb.pid");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException or PathTooLongException)
        {
            throw Unwritable(folder, e);
        }
        catch (IOException e) when (IsReadOnlyOrFull(folder))
        {
            throw Unwritable(folder, e);
        }
        catch (IOException e)
        {
            throw new IOException(
                $"the data folder {folder} is in use by another Plumb{WithId(holder)}: stop that one, or give this one a folder of its own with --data",
                e);
        }

        try
        {
            File.WriteAllText(holder, Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only the message of the next Plumb would use it: a full disk must not keep this one from starting.
        }

        return new DataFolderLock(file);
    }

    /// <summary>Lets others in.</summary>
    public void Dispose() => _file.Dispose();

    private static bool IsReadOnlyOrFull(string folder)
    {
        var probe = Path.Combine(folder, $"probe-{Environment.ProcessId}");
        try
        {
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static string WithId(string holder)
    {
        try
        {
            return File.Exists(holder) && int.TryParse(File.ReadAllText(holder), out var id) ? $" (process {id})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static IOException Unwritable(string folder, Exception e) =>
        new($"the data folder {folder} cannot be written: {e.Message.TrimEnd('.')}. Make it writable for this user, or name another with --data", e);
}
