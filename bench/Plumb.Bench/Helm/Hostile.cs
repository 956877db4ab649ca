using System.Diagnostics;
using System.Globalization;
using Plumb.Manifests.Tests.Helm;

namespace Plumb.Bench.Helm;

/// <summary>Hostile charts, each rendered by a process of its own: how long it takes, how much memory at most, and what it says.</summary>
internal static class Hostile
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var program = arguments.Text("native", "plumb-render");
        var folder = Directory.CreateTempSubdirectory("plumb-hostile-");
        var (slowest, largest) = (0.0, 0L);
        try
        {
            foreach (var (name, files, _) in HostileCharts.All)
            {
                var chart = Directory.CreateDirectory(Path.Combine(folder.FullName, "c"));
                foreach (var (path, data) in files)
                {
                    var file = Path.Combine(chart.FullName, path);
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    await File.WriteAllBytesAsync(file, data, ct);
                }

                var (seconds, bytes, said) = await MeasureAsync(program, chart.FullName, ct);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36} {seconds,6:N2} s {bytes >> 20,5} MB  {said}"));
                slowest = Math.Max(slowest, seconds);
                largest = Math.Max(largest, bytes);
                chart.Delete(recursive: true);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"slowest {slowest:N2} s (budget 5), largest {largest >> 20} MB (budget 500)"));
        return 0;
    }

    private static async Task<(double Seconds, long Bytes, string Said)> MeasureAsync(string program, string chart, CancellationToken ct)
    {
        var info = new ProcessStartInfo(program, ["helm", "template", "x", chart]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        var peak = 0L;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, Peak(process.Id));
            await Task.WhenAny(process.WaitForExitAsync(ct), Task.Delay(5, ct));
        }

        await output;
        var said = (await error).ReplaceLineEndings(" ");
        return (Stopwatch.GetElapsedTime(begun).TotalSeconds, peak, said.Length > 110 ? said[..110] + "…" : said);
    }

    /// <summary>The most memory that a process has had, by the kernel's own count.</summary>
    private static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().TrimEnd("kB ").ToString(), CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0; // it ended meanwhile
        }
    }
}
