namespace Plumb.Commands;

/// <summary>For commands that run until they are stopped: being stopped is their good end.</summary>
internal static class Waiting
{
    public static async Task ForEndAsync(CancellationToken ct) =>
        await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
