using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Plumb.Api;

namespace Plumb.Web.Host;

/// <summary>Clusters of pretence: one of the kubeconfig, one that Git states, others in Secrets. Addresses with <c>10.9.</c> in them do not answer.</summary>
public sealed partial class SampleClusters(SampleWorld world)
{
    private readonly ConcurrentDictionary<string, ClusterRecord> _changed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _removed = new(StringComparer.Ordinal);

    /// <summary>Requests to add, in order.</summary>
    public ConcurrentQueue<ClusterBody> Added { get; } = new();

    /// <summary>All of them.</summary>
    public IReadOnlyList<ClusterRecord> All =>
    [
        .. world.Applications.GroupBy(application => application.Detail.Summary.Cluster).OrderBy(cluster => cluster.Key, StringComparer.Ordinal)
            .Select((cluster, i) => Of(cluster.Key, i, [.. cluster.Select(application => application.Name)]))
            .Where(cluster => !_changed.ContainsKey(cluster.Name))
            .Concat(_changed.Values.OrderBy(cluster => cluster.Name, StringComparer.Ordinal))
            .Where(cluster => !_removed.ContainsKey(cluster.Name)),
    ];

    /// <summary>Asks one.</summary>
    public static ClusterCheckRecord Check(ClusterBody body)
    {
        if (body.Kubeconfig.Length > 0 && !body.Kubeconfig.Contains("contexts:", StringComparison.Ordinal))
        {
            throw new PlumbApiException("the kubeconfig has no contexts; `kubectl config view --minify --flatten --raw` prints one of them whole", HttpStatusCode.BadRequest);
        }

        string[] contexts = [.. ContextName().Matches(body.Kubeconfig).Select(match => match.Groups[1].Value)];
        var server = body.Server.Length > 0 ? body.Server : $"https://10.{(body.Kubeconfig.Contains("10.9.", StringComparison.Ordinal) ? 9 : 7)}.0.1:6443";
        var dark = server.Contains("10.9.", StringComparison.Ordinal);
        return new ClusterCheckRecord
        {
            Server = server,
            Credentials = "a token",
            Version = dark ? "" : "v1.33.4",
            Fault = dark ? "cannot reach 10.9.0.1:6443: Connection refused" : null,
            Context = contexts.Length == 0 ? "" : body.Context.Length > 0 ? body.Context : contexts[0],
            Contexts = contexts,
        };
    }

    /// <summary>Adds one.</summary>
    public ClusterRecord Add(ClusterBody body)
    {
        Added.Enqueue(body);
        var answer = Check(body);
        if (!body.Replace && All.Any(cluster => cluster.Name == body.Name))
        {
            throw new PlumbApiException($"there is a cluster {body.Name} already; choose another name", HttpStatusCode.Conflict);
        }

        if (answer.Fault is { } fault && !body.NoCheck)
        {
            throw new PlumbApiException($"the cluster {body.Name} was not added: {fault}. It can be added without this check", HttpStatusCode.BadGateway);
        }

        _removed.TryRemove(body.Name, out _);
        return _changed[body.Name] = new ClusterRecord(body.Name, "", 0, null)
        {
            Server = answer.Server,
            Connection = "NotUsed",
            Labels = body.Labels,
            Project = body.Project,
            Namespaces = body.Namespaces,
            ClusterResources = body.ClusterResources,
            Source = "Secret",
            Origin = $"Secret argocd/cluster-{body.Name}",
        };
    }

    /// <summary>Labels one.</summary>
    public ClusterRecord Label(string name, IReadOnlyDictionary<string, string?> labels)
    {
        var cluster = Find(name);
        var after = cluster.Labels.ToDictionary(StringComparer.Ordinal);
        foreach (var (key, value) in labels)
        {
            if (value is null)
            {
                after.Remove(key);
            }
            else
            {
                after[key] = value;
            }
        }

        return _changed[name] = cluster with { Labels = after };
    }

    /// <summary>Removes one.</summary>
    public void Remove(string name, bool force)
    {
        if (Find(name) is { Applications: > 0 } cluster && !force)
        {
            throw new PlumbApiException($"{cluster.Applications} applications go there: delete them first, or force it", HttpStatusCode.Conflict);
        }

        _removed[name] = true;
    }

    /// <summary>One of them.</summary>
    public ClusterRecord Find(string name) => All.FirstOrDefault(cluster => cluster.Name == name) ?? throw new PlumbApiException($"There is no cluster \"{name}\".", HttpStatusCode.NotFound);

    private static ClusterRecord Of(string name, int i, IReadOnlyList<string> applications)
    {
        var dark = name.StartsWith("us-", StringComparison.Ordinal);
        return new ClusterRecord(name, dark ? "" : "v1.33.4", applications.Count, dark ? "connect to https://10.3.0.1:6443: connection refused. Check that the API server runs and that its address is right." : null)
        {
            Server = $"https://10.{i}.0.1:6443",
            Connection = dark ? "Failed" : "Connected",
            Nodes = dark ? null : 3 + i,
            Objects = 1200 * (i + 1),
            Labels = new Dictionary<string, string> { ["region"] = "eu" },
            Source = name == "in-cluster" ? "Kubeconfig" : dark ? "Git" : "Secret",
            Origin = name == "in-cluster" ? "kubeconfig /etc/plumb/kubeconfig, context home" : dark ? "Git, clusters/us.yaml(1,1)" : $"Secret argocd/cluster-{name}",
            Warnings = i == 0 ? ["Its version is about to leave support."] : [],
            ApplicationNames = applications,
        };
    }

    [GeneratedRegex(@"name: ([\w-]+), context")]
    private static partial Regex ContextName();
}
