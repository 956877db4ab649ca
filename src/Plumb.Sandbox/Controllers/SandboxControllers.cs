using Microsoft.Extensions.Logging;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// The controllers that make built-in kinds look alive. All are driven by events; timers run only for something that will happen (a
/// container that ends, a deadline, a schedule), so an idle sandbox does nothing.
/// </summary>
/// <remarks>
/// How a manifest asks for trouble: Pod annotations
/// <c>sandbox.plumb.dev/readiness: fail</c>, <c>sandbox.plumb.dev/exit: fail</c> or <c>never</c> (the prefix <c>kube-env/</c> is read
/// too); an image whose name contains <c>sandbox-missing</c> or <c>kube-env-missing</c>, or that is no image reference; a command that
/// cannot start (<c>fail</c>, <c>…does-not-exist</c>) or ends with <c>false</c> or <c>exit N</c>.
/// </remarks>
public static partial class SandboxControllers
{
    // What exists before the watch begins is shown to the controllers as if it were new. Order: what others wait for comes first.
    private static readonly (string Group, string Kind)[] Kinds =
    [
        ("", "Namespace"), ("", "Node"), ("storage.k8s.io", "StorageClass"), ("", "PersistentVolume"), ("", "PersistentVolumeClaim"),
        ("apps", "ControllerRevision"), ("", "Pod"), ("apps", "ReplicaSet"), ("", "ReplicationController"), ("apps", "Deployment"),
        ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("batch", "Job"), ("batch", "CronJob"), ("", "Service"),
        ("networking.k8s.io", "Ingress"), ("policy", "PodDisruptionBudget"), ("", "ResourceQuota"),
        ("autoscaling", "HorizontalPodAutoscaler"), ("apiregistration.k8s.io", "APIService"),
    ];

    private static readonly TimeSpan StartOverDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs all controllers until cancelled. Faults in one never stop the others.</summary>
    public static Task RunAsync(ISandboxApi api, CancellationToken ct) => RunAsync(api, new SandboxControllerOptions(), ct);

    /// <summary>Runs all controllers until cancelled. Faults in one never stop the others.</summary>
    /// <param name="api">The sandbox.</param>
    /// <param name="options">How fast things go.</param>
    /// <param name="ct">Ends them; the task then completes without a fault.</param>
    public static async Task RunAsync(ISandboxApi api, SandboxControllerOptions options, CancellationToken ct)
    {
        var cluster = new Cluster(api, options);
        Controller[] controllers =
        [
            new ClusterContentsController(cluster),
            new KubeletController(cluster),
            new ReplicaSetController(cluster, "apps", "ReplicaSet"),
            new ReplicaSetController(cluster, "", "ReplicationController"),
            new DeploymentController(cluster),
            new StatefulSetController(cluster),
            new DaemonSetController(cluster),
            new JobController(cluster),
            new CronJobController(cluster),
            new ServiceController(cluster),
            new VolumeController(cluster),
            new IngressController(cluster),
            new DisruptionController(cluster),
            new QuotaController(cluster),
            new AutoscalerController(cluster),
            new ApiServiceController(cluster),
        ];
        try
        {
            var loops = controllers.Select(c => Task.Run(() => c.RunAsync(ct), CancellationToken.None)).ToList();
            foreach (var controller in controllers) controller.Start();
            await WatchAsync(cluster, controllers, ct).ConfigureAwait(false);
            await Task.WhenAll(loops).ConfigureAwait(false);
        }
        finally
        {
            foreach (var controller in controllers) controller.Dispose();
        }
    }

    private static async Task WatchAsync(Cluster cluster, Controller[] controllers, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var events = cluster.Api.WatchAll(ct).GetAsyncEnumerator(ct);
                await using (events.ConfigureAwait(false))
                {
                    // The watch begins with the first read; only what is listed after that cannot be missed.
                    var next = events.MoveNextAsync();
                    foreach (var (group, kind) in Kinds)
                    {
                        foreach (var obj in cluster.Api.List(group, kind, null)) Show(cluster, controllers, new(WatchKind.Added, obj));
                    }

                    while (await next.ConfigureAwait(false))
                    {
                        Show(cluster, controllers, events.Current);
                        next = events.MoveNextAsync();
                    }
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            // The reader fell behind, or the store is in trouble: begin again from a full list.
            catch (Exception e)
            {
                LogStartOver(cluster.Options.Logger, e);
                await Task.Delay(StartOverDelay, cluster.Time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static void Show(Cluster cluster, Controller[] controllers, ObjectEvent change)
    {
        cluster.Owners.Observe(change);
        foreach (var controller in controllers) controller.Observe(change);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The controllers lost the sandbox's events and start over from a list")]
    private static partial void LogStartOver(ILogger logger, Exception fault);
}
