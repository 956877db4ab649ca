using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Commands.Helm;

/// <summary>What <c>plumb helm template</c> can do beside rendering; the native program has none of it.</summary>
internal interface ITemplateHost
{
    /// <summary>The cluster of a kubeconfig.</summary>
    /// <param name="kubeconfig">The file; null for the usual one.</param>
    /// <param name="context">The context; null for the current one.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="TargetException">It cannot be read, or the cluster not reached.</exception>
    Task<IClusterView> OpenClusterAsync(string? kubeconfig, string? context, CancellationToken ct);
}

/// <summary>A cluster that a render may ask.</summary>
internal interface IClusterView : IDisposable
{
    /// <summary>What its API offers.</summary>
    TargetCapabilities Capabilities { get; }

    /// <summary>What is live now.</summary>
    /// <exception cref="TargetException">It cannot be reached.</exception>
    Task<LiveAnswer> LookUpAsync(LiveQuery query, CancellationToken ct);
}
