using System.ComponentModel;
using System.Diagnostics;

namespace Plumb.EndToEnd.Tests.Support;

/// <summary>Runs a real program to its end.</summary>
internal static class Shell
{
    internal sealed record Outcome(int ExitCode, string Output, string Error)
    {
        public string MustSucceed() => ExitCode == 0 ? Output : throw new InvalidOperationException($"exit code {ExitCode}: {Error}{Output}");
    }

    public static async Task<Outcome> RunAsync(string program, IEnumerable<string> arguments, string? folder = null, CancellationToken ct = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"the program {program} is not on this machine; install it (eng/setup-tests.sh does)", e);
        }

        using (process)
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var error = process.StandardError.ReadToEndAsync(ct);
            try
            {
                await process.WaitForExitAsync(ct);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return new Outcome(process.ExitCode, await output, await error);
        }
    }
}
