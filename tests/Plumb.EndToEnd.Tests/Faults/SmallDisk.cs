using Plumb.EndToEnd.Tests.Support;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>A disk that is soon full: a tmpfs of a given size.</summary>
internal static class SmallDisk
{
    private const string Filler = "filler";

    /// <summary>False, and says so, where this user may not mount.</summary>
    public static async Task<bool> MountAsync(string folder, string size, string test, CancellationToken ct)
    {
        var mounted = await Shell.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={size},mode=0700", "tmpfs", folder], ct: ct);
        if (mounted.ExitCode == 0) return true;
        Console.WriteLine($"{test}: did not run, a small disk cannot be mounted here: {mounted.Error.Trim()}");
        return false;
    }

    public static async Task RemountAsync(string folder, string how, CancellationToken ct) =>
        (await Shell.RunAsync("mount", ["-o", $"remount,{how}", folder], ct: ct)).MustSucceed();

    /// <summary>Leaves not a byte.</summary>
    public static async Task FillAsync(string folder, CancellationToken ct)
    {
        var block = new byte[4096];
        await using var file = new FileStream(Path.Combine(folder, Filler), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            while (true) await file.WriteAsync(block, ct);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public static void Empty(string folder) => File.Delete(Path.Combine(folder, Filler));

    /// <summary>Text that no compression makes small.</summary>
    public static string Noise(int length)
    {
        var random = new Random(7);
        return string.Create(length, random, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = (char)source.Next(33, 127);
        });
    }

    public static async Task UnmountAsync(string folder, CancellationToken ct)
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        (await Shell.RunAsync("umount", ["--lazy", folder], ct: ct)).MustSucceed();
    }
}
