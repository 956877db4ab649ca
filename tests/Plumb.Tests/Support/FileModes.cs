namespace Plumb.Tests.Support;

/// <summary>Who may read a file, on systems that say so by modes.</summary>
internal static class FileModes
{
    /// <summary>Its owner may read and write it.</summary>
    public const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Its owner may do everything with the folder.</summary>
    public const UnixFileMode OwnFolder = Own | UnixFileMode.UserExecute;

    public static UnixFileMode Of(string path) => OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    public static void Set(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException();
        File.SetUnixFileMode(path, mode);
    }
}
