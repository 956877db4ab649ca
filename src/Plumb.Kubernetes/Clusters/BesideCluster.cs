using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Client;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// The cluster that Plumb runs beside, as the place where cluster Secrets are kept: a connection of its own, so that it works before
/// any application goes there. Only the registry's loop calls <see cref="Use"/>.
/// </summary>
internal sealed class BesideCluster(
    ClusterRegistryOptions options, KubernetesMetrics metrics, TimeProvider time, ILogger logger,
    Action<IReadOnlyList<KubeObject>> secrets, Action<string?> fault) : IAsyncDisposable
{
    private volatile Session? _session;

    private sealed record Session(ClusterAccess Access, KubeConnection Connection, KubeClient Client, CancellationTokenSource Stop, Task Watch);

    /// <summary>How it is reached; null while there is none.</summary>
    public ClusterAccess? Access => _session?.Access;

    /// <summary>For reading and writing Secrets; null while there is no such cluster.</summary>
    public KubeClient? Client => _session?.Client;

    /// <summary>Whether Secrets are looked for.</summary>
    public bool Follows => _session is not null;

    /// <summary>It is reached like this from now on; null: there is none.</summary>
    public void Use(ClusterAccess? access)
    {
        if (options.SecretNamespace.Length == 0) return;
        if (access is not null && _session is { } session && session.Access.Address == access.Address)
        {
            if (session.Access.Digest == access.Digest) return;
            session.Connection.Use(access);
            _session = session with { Access = access };
            return;
        }

        var old = _session;
        _session = access is null ? null : Open(access);
        if (old is not null) _ = CloseAsync(old);
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not { } session) return;
        _session = null;
        await CloseAsync(session);
    }

    private Session Open(ClusterAccess access)
    {
        var connection = new KubeConnection(access, time, options.Client);
        var client = new KubeClient(connection, options.Client, time, metrics, logger);
        var stop = new CancellationTokenSource();
        var watch = new SecretWatch(
            client, new WatchStream(connection, options.Client, new WatchOptions(), time, metrics), options.SecretNamespace, secrets, fault, time, logger);
        return new Session(access, connection, client, stop, Task.Run(() => watch.RunAsync(stop.Token)));
    }

    private static async Task CloseAsync(Session session)
    {
        await session.Stop.CancelAsync();
        await session.Watch;
        session.Connection.Dispose();
        session.Stop.Dispose();
    }
}
