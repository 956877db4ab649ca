using System.ComponentModel;
using System.Diagnostics;

namespace Plumb.Commands.OneShot;

/// <summary>The <c>git</c> program on a local repository.</summary>
internal static class GitCommand
{
    /// <summary>Runs it in a folder; gives exit code and both outputs.</summary>
    /// <exception cref="UsageException">There is no git.</exception>
    public static async Task<(int Code, string Output, string Error)> RunAsync(string folder, IReadOnlyList<string> arguments,
        CancellationToken ct)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs it and takes any failure for a fault.</summary>
    /// <exception cref="UsageException">It failed.</exception>
    public static async Task MustRunAsync(string folder, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var (code, _, error) = await RunAsync(folder, arguments, ct);
        if (code != 0) throw new UsageException($"git {arguments[0]} failed in {folder}: {error.Trim()}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new UsageException("git is not on PATH; install it (package git) and try again");
        }
    }
}
