using Microsoft.AspNetCore.Components;
using Plumb.Web.Session;

namespace Plumb.Web.Application;

/// <summary>
/// A part of an application's page that has something to load: when it begins, when it shows another application, and when the application
/// changed. It keeps what it has while it loads, and when loading fails.
/// </summary>
public abstract class ApplicationTab : PageComponent
{
    private (string Name, int Version)? _loaded;
    private bool _loading;

    /// <summary>The application as it is now.</summary>
    [Parameter]
    [EditorRequired]
    public ApplicationDetail Detail { get; set; } = default!;

    /// <summary>Becomes another number whenever the application changed.</summary>
    [Parameter]
    public int Version { get; set; }

    /// <summary>Its name.</summary>
    protected string Name => Detail.Summary.Name;

    /// <summary>Loads what is shown.</summary>
    protected abstract Task LoadAsync();

    /// <summary>Loads anew.</summary>
    protected Task ReloadAsync()
    {
        _loaded = null;
        return OnParametersSetAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_loading)
        {
            return;
        }

        _loading = true;
        try
        {
            while (_loaded != (Name, Version) && !Leaving.IsCancellationRequested)
            {
                _loaded = (Name, Version);
                await TryAsync(LoadAsync);
            }
        }
        finally
        {
            _loading = false;
        }
    }
}
