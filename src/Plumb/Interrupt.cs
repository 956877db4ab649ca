using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Plumb.Commands;

/// <summary>Ctrl-C and SIGTERM: the first asks the command to end, the second ends the process at once.</summary>
internal sealed class Interrupt : IDisposable
{
    // A terminal and a supervisor (timeout, a shell) may both pass on one Ctrl-C: signals so close together are one.
    private static readonly TimeSpan OneAndTheSame = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _asked = new();
    private long _askedAt;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Interrupt()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    public CancellationToken Token => _asked.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _asked.Dispose();
    }

    private void Handle(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_asked.IsCancellationRequested)
        {
            if (Stopwatch.GetElapsedTime(_askedAt) > OneAndTheSame) Environment.Exit(ExitCode.Interrupted);
            return;
        }

        _askedAt = Stopwatch.GetTimestamp();
        _asked.Cancel();
    }
}
