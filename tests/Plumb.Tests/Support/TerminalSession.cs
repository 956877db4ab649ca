using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Plumb.Tests.Support;

/// <summary>The command on a terminal, as somebody uses it: what it shows is read, what is typed is sent. The terminal is that of <c>script</c>.</summary>
public sealed class TerminalSession : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _shown = new();
    private readonly char[] _buffer = new char[4096];

    private TerminalSession(Process process) => _process = process;

    /// <summary>All that was shown so far, with what steers the terminal.</summary>
    public string Shown => _shown.ToString();

    /// <summary>Starts the command on a terminal of this size, with its settings in this folder.</summary>
    public static TerminalSession Start(int columns, int rows, string settings, params string[] arguments)
    {
        var words = string.Join(' ', arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "plumb.dll")).Select(w => $"'{w}'"));
        var start = new ProcessStartInfo("script", ["-qec", $"stty cols {columns} rows {rows}; exec dotnet {words}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var variable in (string[])["PLUMB_SERVER", "PLUMB_TOKEN", "PLUMB_CONTEXT", "NO_COLOR"]) start.Environment.Remove(variable);
        start.Environment["XDG_CONFIG_HOME"] = settings;
        start.Environment["TERM"] = "xterm-256color";
        try
        {
            return new TerminalSession(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("the program script is missing: apt-get install bsdutils", e);
        }
    }

    /// <summary>Reads until these words are shown.</summary>
    public async Task UntilAsync(string words)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!Shown.Contains(words, StringComparison.Ordinal))
        {
            if (!await ReadAsync(limit.Token)) throw new InvalidOperationException($"it ended without \"{words}\":\n{Shown}");
        }
    }

    /// <summary>Types a line.</summary>
    public async Task TypeAsync(string line)
    {
        await _process.StandardInput.WriteAsync(line + "\n");
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Reads to the end and gives the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await ReadAsync(limit.Token))
        {
        }

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

    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        int read;
        try
        {
            read = await _process.StandardOutput.ReadAsync(_buffer, ct);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"nothing more came within {Limit}:\n{Shown}");
        }

        _shown.Append(_buffer, 0, read);
        return read > 0;
    }
}
