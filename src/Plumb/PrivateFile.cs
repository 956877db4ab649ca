using System.Text;

namespace Plumb.Commands;

/// <summary>Files that hold credentials: readable by their owner only, replaced as a whole.</summary>
internal static class PrivateFile
{
    public static async Task WriteAsync(string path, string text, CancellationToken ct)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var fresh = $"{full}.{Environment.ProcessId}.tmp";
        await using (var stream = new FileStream(fresh, options)) await stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        File.Move(fresh, full, overwrite: true);
    }
}
