using System.Diagnostics;

namespace Plumb.Tests.Support;

/// <summary>What a command wrote and how it ended.</summary>
public sealed record Ended(int Code, string Output, string Error)
{
    public override string ToString() => $"exit {Code}\n--- out\n{Output}\n--- err\n{Error}";
}

/// <summary>How the command is run.</summary>
/// <param name="Arguments">Arguments.</param>
public sealed record Call(params string[] Arguments)
{
    /// <summary>What it reads on its input, which is never a terminal.</summary>
    public string Input { get; init; } = "";

    /// <summary>Variables beside those of the tests.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}

/// <summary>The built command as a process, as people run it.</summary>
public sealed class PlumbProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private PlumbProcess(Process process) => _process = process;

    /// <summary>Runs to the end.</summary>
    public static Task<Ended> RunAsync(params string[] arguments) => RunAsync(new Call(arguments));

    /// <summary>Runs to the end.</summary>
    public static async Task<Ended> RunAsync(Call call)
    {
        var arguments = call.Arguments;
        using var process = Start(call);
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
        var process = Start(new Call(arguments));
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

    private static Process Start(Call call)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "plumb.dll"), .. call.Arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var variable in (string[])["PLUMB_SERVER", "PLUMB_TOKEN", "PLUMB_CONTEXT", "KUBECONFIG"]) start.Environment.Remove(variable);
        // Nobody's own contexts: a folder that is not there.
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(AppContext.BaseDirectory, "no-settings");
        foreach (var (name, value) in call.Variables) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Write(call.Input);
        process.StandardInput.Close();
        return process;
    }
}
