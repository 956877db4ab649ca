using System.Diagnostics;

namespace Plumb.Tests.Support;

/// <summary>What a command wrote and how it ended.</summary>
public sealed record Ended(int Code, string Output, string Error)
{
    public override string ToString() => $"exit {Code}\n--- out\n{Output}\n--- err\n{Error}";
}

/// <summary>The built command as a process, as people run it.</summary>
public sealed class PlumbProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private PlumbProcess(Process process) => _process = process;

    /// <summary>Runs to the end.</summary>
    public static async Task<Ended> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments, "");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"plumb {string.Join(' ', arguments)} did not end within {Limit}:\n{await output}\n{await error}");
        }

        return new Ended(process.ExitCode, await output, await error);
    }

    /// <summary>Starts one that stays, and returns when it has written its first line.</summary>
    public static async Task<PlumbProcess> StartAsync(params string[] arguments)
    {
        var process = Start(arguments, "");
        var running = new PlumbProcess(process);
        using var limit = new CancellationTokenSource(Limit);
        running.FirstLine = await process.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException($"plumb {string.Join(' ', arguments)} ended: {await process.StandardError.ReadToEndAsync()}");
        // Nobody reads the rest; unread, a full pipe would stop the process.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return running;
    }

    public string FirstLine { get; private set; } = "";

    /// <summary>Asks it to end, as a service manager does, and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static Process Start(string[] arguments, string input)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "plumb.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment.Remove("PLUMB_SERVER");
        start.Environment.Remove("KUBECONFIG");
        var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return process;
    }
}
