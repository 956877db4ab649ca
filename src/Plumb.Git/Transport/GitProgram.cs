using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Transport;

/// <summary>Runs the git program, bounded in time and output, and kills what it started when it must stop.</summary>
internal sealed class GitProgram(string program, string home, TimeProvider time)
{
    private const int MaxErrorChars = 64 << 10;
    private static readonly TimeSpan WatchdogInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="SourceException">git is missing, took too long, or wrote too much. A non-zero exit is no exception.</exception>
    public async Task<GitResult> RunAsync(GitCommand command, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(command.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        using var process = Start(command, redirectInput: true);
        var writing = WriteInputAsync(process, command.Input); // then closed: nothing may wait for an answer
        string? limit = null;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var watching = WatchAsync(command, reason => { limit = reason; stop.Cancel(); }, done.Token);
        try
        {
            var output = ReadAsync(process.StandardOutput.BaseStream, command.MaxOutputBytes,
                () => { limit = $"{command.Purpose}: git wrote more than {command.MaxOutputBytes} bytes"; stop.Cancel(); }, stop.Token);
            var errors = ReadErrorsAsync(process.StandardError, stop.Token);
            await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            return new GitResult(process.ExitCode, await output.ConfigureAwait(false),
                Redaction.Remove(await errors.ConfigureAwait(false), command.Secrets));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw limit is not null
                ? new SourceException(SourceFault.LimitReached, limit)
                : new SourceException(SourceFault.Unreachable,
                    $"{command.Purpose}: no end after {command.Timeout.TotalSeconds:0.#} s; the server may be slow or not answering");
        }
        finally
        {
            Kill(process);
            await done.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    /// <summary>Starts a command whose input and output the caller drives.</summary>
    /// <exception cref="SourceException">git is missing.</exception>
    public Process Start(GitCommand command, bool redirectInput)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = redirectInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = home,
        };
        foreach (var argument in GitEnvironment.Settings) start.ArgumentList.Add(argument);
        foreach (var argument in command.Arguments) start.ArgumentList.Add(argument);
        GitEnvironment.Fill(start, home, command.Environment.Any(e => e.Key == Access.SystemHelpersMark));
        foreach (var (name, value) in command.Environment)
        {
            if (name != Access.SystemHelpersMark) start.Environment[name] = value;
        }
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("git did not start");
        }
        catch (Win32Exception e)
        {
            if (!Directory.Exists(home))
                throw new SourceException(SourceFault.Storage, $"{command.Purpose}: the data folder {home} is gone", e);
            throw new SourceException(SourceFault.Other,
                $"{command.Purpose}: the program \"{program}\" could not be started ({e.Message}). Install git or set its path.", e);
        }
    }

    private static async Task WriteInputAsync(Process process, string input)
    {
        try
        {
            if (input.Length > 0) await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(input)).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; its exit code says why.
        }
    }

    /// <summary>Ends a process and everything it started.</summary>
    public static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself meanwhile.
        }
    }

    private async Task WatchAsync(GitCommand command, Action<string> exceeded, CancellationToken ct)
    {
        if (command.Watchdog is not { } watchdog) return;
        try
        {
            while (true)
            {
                await Task.Delay(WatchdogInterval, ct).ConfigureAwait(false);
                if (watchdog() is not { } reason) continue;
                exceeded(reason);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // The run ended first.
        }
    }

    private static async Task<string> ReadAsync(Stream stream, int max, Action tooMuch, CancellationToken ct)
    {
        using var all = new MemoryStream();
        var buffer = new byte[32 << 10];
        int n;
        while ((n = await stream.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
        {
            if (all.Length + n > max)
            {
                tooMuch();
                ct.ThrowIfCancellationRequested();
            }
            all.Write(buffer, 0, n);
        }
        return Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)all.Length);
    }

    // The start and the end of a long text are what explains a failure.
    private static async Task<string> ReadErrorsAsync(StreamReader reader, CancellationToken ct)
    {
        var head = new StringBuilder();
        var tail = new Queue<string>();
        while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 2000) line = line[..2000];
            if (head.Length < MaxErrorChars)
            {
                head.Append(line).Append('\n');
                continue;
            }
            tail.Enqueue(line);
            if (tail.Count > 20) tail.Dequeue();
        }
        foreach (var line in tail) head.Append(line).Append('\n');
        return head.ToString();
    }
}
