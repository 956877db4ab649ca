using Microsoft.JSInterop;

namespace Plumb.Web.Session;

/// <summary>Calls into the browser, which may have left at any moment.</summary>
internal static class InBrowser
{
    /// <summary>Does something in the browser; when that has left, nothing.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="JSException">The script failed.</exception>
    public static async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }
}
