namespace Plumb.Commands;

/// <summary>What the exit code of every command means.</summary>
internal static class ExitCode
{
    /// <summary>Done; for <c>diff</c>: no difference.</summary>
    public const int Ok = 0;

    /// <summary>The command ran and the answer is no: a difference, not synced, not healthy, a failed run.</summary>
    public const int No = 1;

    /// <summary>Wrong usage, or it could not run: a file, repository, cluster or server cannot be had.</summary>
    public const int CannotRun = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
