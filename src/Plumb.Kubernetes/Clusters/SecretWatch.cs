using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// Follows the cluster Secrets of one namespace: a list, then watches. When the cluster they are in cannot be reached, what was read last
/// stands: a cluster is never dropped because another one is down.
/// </summary>
internal sealed partial class SecretWatch(
    KubeClient client, WatchStream stream, string @namespace, Action<IReadOnlyList<KubeObject>> changed, Action<string?> fault, TimeProvider time, ILogger logger)
{
    private const string Selector = ClusterSecret.TypeLabel + " in (" + ClusterSecret.Cluster + "," + ClusterSecret.Credentials + ")";
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RefusedDelay = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, KubeObject> _secrets = new(StringComparer.Ordinal);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var failures = 0;
        string? version = null;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                version ??= await ListAsync(ct);
                var begun = time.GetTimestamp();
                version = await FollowAsync(version, ct);
                if (time.GetElapsedTime(begun) > TimeSpan.FromSeconds(5)) failures = 0;
                else await PauseAsync(Backoff.Delay(++failures, FirstDelay, LongestDelay), ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (KubeApiException e)
            {
                version = null;
                if (e.Code != 410)
                {
                    var why = e.Code == 403
                        ? $"clusters in Secrets are not known: {e.Message}. Grant get, list and watch on secrets in the namespace {@namespace}, or switch them off with --cluster-secrets none"
                        : $"clusters in Secrets of the namespace {@namespace} may be out of date: {e.Message}";
                    if (failures == 0) LogFault(logger, why);
                    fault(why);
                }

                await PauseAsync(e.Code == 403 ? RefusedDelay : Backoff.Delay(++failures, FirstDelay, LongestDelay), ct);
            }
        }
    }

    private string Path(string query) =>
        $"/api/v1/namespaces/{Uri.EscapeDataString(@namespace)}/secrets?labelSelector={Uri.EscapeDataString(Selector)}{query}";

    private async Task<string> ListAsync(CancellationToken ct)
    {
        var list = (await client.SendAsync(new KubeRequest("list", HttpMethod.Get, Path("")) { Retry = false }, ct)).Body;
        _secrets.Clear();
        foreach (var item in list["items"].AsList() ?? [])
        {
            if (item.AsMap() is { } map) Put(map);
        }

        Tell();
        return list["metadata"]["resourceVersion"].AsString() ?? "";
    }

    private async Task<string> FollowAsync(string version, CancellationToken ct)
    {
        var path = Path($"&watch=true&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(version)}");
        var silence = new WatchOptions().SilenceWithoutBookmarks;
        await foreach (var (type, text) in stream.ReadAsync(path, "application/json", () => silence, () => fault(null), ct))
        {
            if (Json.Parse(text.Span).AsMap() is not { } document) continue;
            var obj = new KubeObject(document);
            if (obj.ResourceVersion.Length > 0) version = obj.ResourceVersion;
            if (type == WatchEventType.Bookmark) continue;
            if (type == WatchEventType.Deleted) _secrets.Remove(obj.Name);
            else Put(document);
            Tell();
        }

        return version;
    }

    private void Put(MapNode document)
    {
        var obj = new KubeObject(document);
        _secrets[obj.Name] = obj;
    }

    private void Tell()
    {
        changed([.. _secrets.Values.OrderBy(s => s.Name, StringComparer.Ordinal)]);
        fault(null);
    }

    private async Task PauseAsync(TimeSpan delay, CancellationToken ct)
    {
        try
        {
            await Task.Delay(delay, time, ct);
        }
        catch (OperationCanceledException)
        {
            // the loop sees it
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
    private static partial void LogFault(ILogger logger, string reason);
}
