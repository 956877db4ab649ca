using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;
using Microsoft.JSInterop;

namespace Plumb.Web.Session;

/// <summary>A part of the page that asks the API. What goes wrong becomes a <see cref="Problem"/> to show, never the end of the page.</summary>
public abstract partial class PageComponent : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();

    [Inject]
    internal PageSession Session { get; set; } = default!;

    [Inject]
    internal Handover Handover { get; set; } = default!;

    /// <summary>Where the browser is.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    /// <summary>The clock.</summary>
    [Inject]
    protected TimeProvider Clock { get; set; } = default!;

    [Inject]
    private ILoggerFactory Loggers { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    /// <summary>What last went wrong; null when nothing did.</summary>
    private protected Problem? Problem { get; set; }

    /// <summary>Cancelled when this part goes away.</summary>
    protected CancellationToken Leaving { get; }

    /// <summary>Begins with nothing wrong.</summary>
    protected PageComponent() => Leaving = _leaving.Token;

    /// <summary>Whether events of the browser reach this part: false while the page is prerendered.</summary>
    protected bool Live => RendererInfo.IsInteractive;

    private protected IPlumbApi Api => Session.Api;

    /// <summary>Does something that may fail; what fails is kept in <see cref="Problem"/>.</summary>
    /// <returns>Whether it worked.</returns>
    protected async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            Problem = null;
            return true;
        }
        catch (Exception e) when (Leaving.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or JSDisconnectedException)
        {
            return false;
        }
        catch (Exception e)
        {
            if (e is not PlumbApiException)
            {
                LogUnexpected(Loggers.CreateLogger(GetType()), e, Navigation.Uri);
            }

            Problem = Problem.From(e);
            return false;
        }
    }

    /// <summary>Asks the browser for something that the page can do without: when it is gone, or fails, nothing is said.</summary>
    protected async Task InBrowserAsync(Func<Task> work)
    {
        try
        {
            await InBrowser.TryAsync(work);
        }
        catch (JSException e)
        {
            LogUnexpected(Loggers.CreateLogger(GetType()), e, Navigation.Uri);
        }
    }

    /// <summary>
    /// Writes into the address how this page is looked at. The browser does so only where it still shows this page: somebody who meanwhile
    /// opened another one, while the answer to their last key was on its way, stays there.
    /// </summary>
    /// <param name="address">Path and query.</param>
    /// <param name="replace">No step to go back to.</param>
    protected void Readdress(string address, bool replace)
    {
        var here = Navigation.Uri.Split('?', '#')[0];
        _ = InBrowserAsync(async () => await Script.InvokeVoidAsync("plumb.readdress", Leaving, here, address, replace));
    }

    /// <summary>Runs beside the page until it goes away; shows what it changed.</summary>
    protected void Beside(Func<CancellationToken, Task> work) =>
        _ = InvokeAsync(async () =>
        {
            await TryAsync(() => work(Leaving));
            if (!Leaving.IsCancellationRequested)
            {
                StateHasChanged();
            }
        });

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called once when this part goes away.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _leaving.Cancel();
            _leaving.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The page met an error that it did not expect, at {Address}")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string address);
}
