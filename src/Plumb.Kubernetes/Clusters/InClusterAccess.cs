using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>The cluster of the Pod that this process runs in, as its service account.</summary>
internal static class InClusterAccess
{
    private const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Whether this process runs in a Pod.</summary>
    public static bool IsHere => Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 };

    /// <summary>How to reach it.</summary>
    /// <exception cref="TargetException">This is no Pod, or it has no service account.</exception>
    public static ClusterAccess Read()
    {
        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");
        var port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
            throw new TargetException("this process does not run in a Pod: KUBERNETES_SERVICE_HOST is not set");
        try
        {
            return new ClusterAccess
            {
                Server = new Uri($"https://{(host.Contains(':') ? $"[{host}]" : host)}:{port}"),
                Authority = File.ReadAllText(Path.Combine(Folder, "ca.crt")),
                TokenFile = Path.Combine(Folder, "token"),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TargetException($"the Pod's service account cannot be read: {e.Message}. Set automountServiceAccountToken", e);
        }
    }
}
