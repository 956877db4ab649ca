using Microsoft.JSInterop;

namespace Plumb.Web.Session;

/// <summary>Calls into the browser, which may have left at any moment.</summary>
internal static class InBrowser
{
    /// <summary>Does something in the browser; when that has left, nothing.</summary>
    /// <exception cref="JSException">The script failed.</exception>
    public static async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            // The browser left.
        }
    }
}
