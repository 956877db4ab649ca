using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Plumb.Api;
using Plumb.Web.Host;
using Plumb.Web.Session;

namespace Plumb.Web.Tests.Components;

/// <summary>The page's parts over the sample, without a browser.</summary>
public abstract class PageContext : BunitContext
{
    /// <summary>Sets it up; the parts are live, as after the first view.</summary>
    protected PageContext(SampleOptions options)
    {
        World = new SampleWorld(options, TimeProvider.System);
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.AddInvocationHandler(new AddressBar(() => Navigation));
        this.AddAuthorization();
        this.AddBunitPersistentComponentState();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<IPlumbApis>(new SampleApis(World));
        Services.AddPage();
        Renderer.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    /// <summary>What is shown.</summary>
    protected SampleWorld World { get; }

    /// <summary>Where the browser is.</summary>
    protected BunitNavigationManager Navigation => (BunitNavigationManager)Services.GetRequiredService<NavigationManager>();

    /// <summary>Finds out who looks at the page, as the layout does.</summary>
    protected Task EnterAsync() => Services.GetRequiredService<PageSession>().EnterAsync(Xunit.TestContext.Current.CancellationToken);

    // The browser's part of plumb.readdress.
    private sealed class AddressBar : JSRuntimeInvocationHandler
    {
        private readonly Func<NavigationManager> _navigation;

        public AddressBar(Func<NavigationManager> navigation)
            : base(invocation => invocation.Identifier == "plumb.readdress", isCatchAllHandler: false)
        {
            _navigation = navigation;
            SetVoidResult();
        }

        protected override Task<Microsoft.JSInterop.Infrastructure.IJSVoidResult> HandleAsync(JSRuntimeInvocation invocation)
        {
            if (_navigation().Uri.Split('?', '#')[0] == (string?)invocation.Arguments[0])
            {
                _navigation().NavigateTo((string)invocation.Arguments[1]!, replace: (bool)invocation.Arguments[2]!);
            }

            return base.HandleAsync(invocation);
        }
    }
}
