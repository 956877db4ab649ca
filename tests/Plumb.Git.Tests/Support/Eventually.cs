using System.Diagnostics;

namespace Plumb.Git.Tests.Support;

/// <summary>Waits for a condition, with a deadline.</summary>
public static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition, string what, TimeSpan? within = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > (within ?? TimeSpan.FromSeconds(60))) throw new TimeoutException("never happened: " + what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
