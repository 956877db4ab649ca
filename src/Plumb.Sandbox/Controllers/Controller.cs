using Microsoft.Extensions.Logging;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// One loop: events say which objects to look at, <see cref="Reconcile"/> looks at one and makes one step. Keys are handled one after
/// the other, so a controller never races with itself.
/// </summary>
internal abstract partial class Controller(Cluster cluster) : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    private readonly Dictionary<ObjectKey, int> _failures = []; // only the loop touches it

    protected Cluster Cluster { get; } = cluster;

    protected WorkQueue Queue { get; } = new(cluster.Time);

    /// <summary>Queues what an event concerns. Called on the watch loop; must not block.</summary>
    public abstract void Observe(ObjectEvent change);

    /// <summary>Before the first event.</summary>
    public virtual void Start()
    {
    }

    /// <summary>Looks at one object. Returns when to look again without an event, null for not.</summary>
    protected abstract TimeSpan? Reconcile(ObjectKey key);

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            ObjectKey key;
            try
            {
                key = await Queue.TakeAsync(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }

            Step(key);
        }
    }

    public void Dispose() => Queue.Dispose();

    protected static bool Is(KubeObject obj, string group, string kind) => obj.Kind == kind && obj.GroupVersionKind.Group == group;

    /// <summary>Queues the controlling owner of an object if it is of the given kind.</summary>
    protected void QueueOwner(KubeObject dependent, string group, string kind)
    {
        if (Owners.ControllerOf(dependent) is not { } owner) return;
        var type = GroupVersionKind.Parse(owner["apiVersion"].AsString() ?? "", owner["kind"].AsString() ?? "");
        if (type.Kind == kind && type.Group == group) Queue.Add(new(group, kind, dependent.Namespace, owner["name"].AsString() ?? ""));
    }

    private void Step(ObjectKey key)
    {
        try
        {
            var again = Reconcile(key);
            _failures.Remove(key);
            if (again is { } delay) Queue.AddAfter(key, delay);
        }
        // One broken object must not stop the others; it is tried again, ever more slowly.
        catch (Exception e)
        {
            Retry(key, e);
        }
    }

    private void Retry(ObjectKey key, Exception fault)
    {
        var failures = _failures[key] = _failures.GetValueOrDefault(key) + 1;
        if (fault is not ApiException { Reason: "Conflict" }) LogRetry(Cluster.Options.Logger, GetType().Name, key, failures, fault);
        // A namespace that goes away refuses creates until it is gone; nothing is left to do then.
        if (failures > 20) return;
        var delay = FirstRetry * Math.Pow(2, Math.Min(failures - 1, 12));
        Queue.AddAfter(key, delay < LastRetry ? delay : LastRetry);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Controller}: {Key} could not be reconciled (attempt {Attempt})")]
    private static partial void LogRetry(ILogger logger, string controller, ObjectKey key, int attempt, Exception fault);
}
