using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumb.Web.Applications;
using Plumb.Web.Assets;
using Plumb.Web.Session;
using Plumb.Web.Shell;

namespace Plumb.Web;

/// <summary>
/// The page of Plumb. The server that shows it registers an <see cref="Plumb.Api.IPlumbApis"/> and calls <c>UseAntiforgery</c> after
/// sign-in's own middleware; everything that the browser needs is in this assembly.
/// </summary>
public static class PlumbWeb
{
    /// <summary>Registers what the page needs, apart from <see cref="Plumb.Api.IPlumbApis"/>.</summary>
    public static IServiceCollection AddPlumbWeb(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PageAssets>();
        services.AddPage();
        services.AddAntiforgery();
        // A kubeconfig is pasted whole, in one message.
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => hub.MaximumReceiveMessageSize = Clusters.ClusterForm.MaxKubeconfig * 3);
        services.AddCascadingAuthenticationState();
        return services;
    }

    /// <summary>Registers what the page's parts share.</summary>
    internal static IServiceCollection AddPage(this IServiceCollection services) => services
        .AddSingleton<HandoverStore>()
        .AddScoped<Handover>()
        .AddScoped<PageSession>()
        .AddScoped<ApplicationsFeed>();

    /// <summary>Maps the page's addresses, its files and the connection that keeps it alive.</summary>
    /// <returns>The page's endpoints, to which the server adds what one needs to see them.</returns>
    public static RazorComponentsEndpointConventionBuilder MapPlumbWeb(this IEndpointRouteBuilder endpoints)
    {
        AssetEndpoint.Map(endpoints);
        var pages = endpoints.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = "'none'");
        pages.Finally(AnswerHead);
        return pages;
    }

    /// <summary>A page that can be got answers HEAD too, with the same headers and no body: probes and link checkers ask so.</summary>
    private static void AnswerHead(EndpointBuilder endpoint)
    {
        var at = endpoint.Metadata.ToList().FindLastIndex(item => item is IHttpMethodMetadata methods && methods.HttpMethods.Contains(HttpMethods.Get) && !methods.HttpMethods.Contains(HttpMethods.Head));
        if (at >= 0)
        {
            endpoint.Metadata[at] = new HttpMethodMetadata([.. ((IHttpMethodMetadata)endpoint.Metadata[at]).HttpMethods, HttpMethods.Head]);
        }
    }
}
