using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Local APIServices are available; those of other servers are not, as the sandbox forwards to none.</summary>
internal sealed class ApiServiceController(Cluster cluster) : Controller(cluster)
{
    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, "apiregistration.k8s.io", "APIService"))
        {
            Queue.Add(ObjectKey.Of(change.Object));
        }
        else if (Is(change.Object, "", "Service"))
        {
            foreach (var api in Cluster.Api.List("apiregistration.k8s.io", "APIService", null))
            {
                if (api.Root["spec"]["service"]["name"].AsString() == change.Object.Name) Queue.Add(ObjectKey.Of(api));
            }
        }
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } api) return null;
        var status = PodState.CloneStatus(api);
        var (available, reason, message) = Judge(api);
        Conditions.Set(status, "Available", available, reason, message, Cluster.Timestamp);
        Cluster.SetStatus(api, status);
        return null;
    }

    private (bool Available, string Reason, string Message) Judge(KubeObject api)
    {
        var service = api.Root["spec"]["service"];
        if (service.IsNullOrAbsent) return (true, "Local", "Local APIServices are always available");
        var place = $"service/{service["name"].Text()} in \"{service["namespace"].Text()}\"";
        return Cluster.Api.Get("", "Service", service["namespace"].Text(), service["name"].Text()) is null
            ? (false, "ServiceNotFound", place + " is not present")
            : (false, "FailedDiscoveryCheck", $"the sandbox does not forward requests to {place}");
    }
}
