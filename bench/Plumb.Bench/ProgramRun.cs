using System.Diagnostics;

namespace Plumb.Bench;

/// <summary>Runs of other programs, for comparison.</summary>
internal static class ProgramRun
{
    /// <summary>How long one takes from start to end, in milliseconds; its output is read and thrown away.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0; the message has what it said.</exception>
    public static async Task<double> TimeAsync(string program, IReadOnlyList<string> arguments, string folder, CancellationToken ct)
    {
        var info = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        await output;
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? Stopwatch.GetElapsedTime(begun).TotalMilliseconds
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} in {folder}: exit code {process.ExitCode}: {await error}");
    }

    /// <summary>The one in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
