using Plumb.Kubernetes;
using Plumb.Kubernetes.Lookups;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Commands.Helm;

/// <summary>The whole of Plumb behind <c>plumb helm template</c>.</summary>
internal sealed class TemplateHost : ITemplateHost
{
    /// <inheritdoc/>
    public async Task<IClusterView> OpenClusterAsync(string? kubeconfig, string? context, CancellationToken ct) => new ClusterView(
        await ClusterReader.OpenAsync(
            new KubernetesTargetOptions { Name = context ?? "current", Kubeconfig = kubeconfig, Context = context }, TimeProvider.System, ct));

    private sealed class ClusterView(ClusterReader reader) : IClusterView
    {
        public TargetCapabilities Capabilities => reader.Capabilities;

        public Task<LiveAnswer> LookUpAsync(LiveQuery query, CancellationToken ct) => reader.LookUpAsync(query, ct);

        public void Dispose() => reader.Dispose();
    }
}
