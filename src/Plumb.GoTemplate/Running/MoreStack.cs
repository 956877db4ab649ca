using System.Runtime.ExceptionServices;

namespace Plumb.GoTemplate.Running;

/// <summary>Goes on with deep recursion on a thread with a stack of its own, while the caller waits.</summary>
internal static class MoreStack
{
    private const int Size = 64 << 20;

    public static void Run(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    work();
                }
                catch (Exception error)
                {
                    failure = ExceptionDispatchInfo.Capture(error);
                }
            },
            Size) { IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
