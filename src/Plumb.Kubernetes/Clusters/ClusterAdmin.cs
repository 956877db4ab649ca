using System.Text;
using System.Text.RegularExpressions;
using Plumb.Kubernetes.Client;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>Why a cluster cannot be added or changed.</summary>
public enum ClusterRefusal
{
    /// <summary>There is no such cluster.</summary>
    NotFound,

    /// <summary>Something stands against it: the name is taken, it is stated elsewhere.</summary>
    Conflict,

    /// <summary>What was asked for makes no sense.</summary>
    Invalid,

    /// <summary>The cluster itself, or the one where Secrets are kept, does not answer or does not let us.</summary>
    Unreachable,
}

/// <summary>A change to the clusters was refused. The message is fit for people and holds no credentials.</summary>
/// <param name="refusal">Why.</param>
/// <param name="message">In words.</param>
/// <param name="inner">The cause.</param>
public sealed class ClusterRefusedException(ClusterRefusal refusal, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public ClusterRefusal Refusal { get; } = refusal;
}

/// <summary>A cluster to be kept as a Secret.</summary>
public sealed record NewCluster
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its address.</summary>
    public required string Server { get; init; }

    /// <summary>Its address in the one spelling that destinations are compared in.</summary>
    public string Address => Addresses.Normalize(Server);

    /// <summary>Argo CD's <c>config</c>: JSON with the credentials.</summary>
    public required string Config { get; init; }

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The project that it belongs to; empty: none.</summary>
    public string Project { get; init; } = "";

    /// <summary>The only namespaces to look at; empty: all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>With <see cref="Namespaces"/>: what has no namespace too.</summary>
    public bool ClusterResources { get; init; }

    /// <summary>Replace the cluster of that name, when it is in a Secret too.</summary>
    public bool Replace { get; init; }

    /// <summary>Keep it though it cannot be reached now.</summary>
    public bool Unchecked { get; init; }

    /// <summary>Name and address only.</summary>
    public override string ToString() => $"{Name} ({Server})";
}

/// <summary>What a cluster answered.</summary>
/// <param name="Credentials">How it was shown who asks: <see cref="ClusterAccess.Credentials"/>.</param>
/// <param name="Version">The server's version; empty when it does not let us in.</param>
/// <param name="Fault">Why it does not; null when it does.</param>
public sealed record ClusterAnswer(string Credentials, string Version, string? Fault);

/// <summary>Adds, labels, renames and removes clusters: as Secrets in Argo CD's form on the cluster that Plumb runs beside.</summary>
public sealed partial class ClusterAdmin(ClusterRegistry registry, KubernetesMetrics metrics, TimeProvider time)
{
    private const int MaxName = 253;
    private const int MaxConfig = 512 * 1024; // a Secret holds 1 MiB, and base64 makes more of it on the way
    private const int MaxLabels = 100;
    private const int MaxNamespaces = 1000;
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShowTimeout = TimeSpan.FromSeconds(10);

    private string Namespace => registry.Options.SecretNamespace;

    /// <summary>Asks the cluster whether it lets us in, then keeps it. Keeping what is kept already does nothing.</summary>
    /// <returns>The server's version; empty when it was not asked.</returns>
    /// <exception cref="ClusterRefusedException">It is not kept.</exception>
    public async Task<string> AddAsync(NewCluster cluster, CancellationToken ct)
    {
        CheckName(cluster.Name);
        Check(cluster);
        var access = Access(cluster);
        var known = registry.Definition(cluster.Name);
        if (known is not null && Same(known, cluster, access)) return "";
        if (known is not null && !(cluster.Replace && known.Source == ClusterSource.Secret))
        {
            throw new ClusterRefusedException(
                ClusterRefusal.Conflict,
                $"there is a cluster {cluster.Name} already ({known.Origin}){(known.Source == ClusterSource.Secret ? "; replace it to put this one in its place" : "; choose another name")}");
        }

        if (registry.AtAddress(cluster.Address) is { } there && there.Key != known?.Key)
            throw new ClusterRefusedException(ClusterRefusal.Conflict, $"{cluster.Address} is the cluster {there.Name} already ({there.Origin}); one address is one cluster");

        var version = "";
        if (!cluster.Unchecked)
        {
            var answer = await TryAsync(access, ct);
            if (answer.Fault is { } fault)
                throw new ClusterRefusedException(ClusterRefusal.Unreachable, $"the cluster {cluster.Name} was not added: {fault}. It can be added without this check");
            version = answer.Version;
        }

        var secret = known is null ? "cluster-" + SecretName(cluster.Name) : NameOf(known);
        await WriteAsync(secret, Document(cluster, secret), known is not null, ct);
        await ShownAsync(() => registry.Definition(cluster.Name) is { } now && Same(now, cluster, access), ct);
        return version;
    }

    /// <summary>Asks a cluster whether it lets us in, and keeps nothing. It may have no name yet.</summary>
    /// <exception cref="ClusterRefusedException">What is given cannot be used.</exception>
    public Task<ClusterAnswer> TryAsync(NewCluster cluster, CancellationToken ct)
    {
        if (cluster.Name.Length > 0) CheckName(cluster.Name);
        Check(cluster);
        return TryAsync(Access(cluster), ct);
    }

    /// <summary>Sets labels, and takes away those whose value is null.</summary>
    /// <exception cref="ClusterRefusedException">It is not labelled.</exception>
    public async Task LabelAsync(string name, IReadOnlyDictionary<string, string?> labels, CancellationToken ct)
    {
        var known = Own(name, "labelled");
        if (labels.Count > MaxLabels) throw new ClusterRefusedException(ClusterRefusal.Invalid, $"{labels.Count} labels at once; at most {MaxLabels}");
        foreach (var (label, value) in labels)
        {
            if (label == ClusterSecret.TypeLabel) throw new ClusterRefusedException(ClusterRefusal.Invalid, $"the label {label} is what makes the Secret a cluster");
            if (!LabelName().IsMatch(label) || (value is not null && !LabelValue().IsMatch(value)))
                throw new ClusterRefusedException(ClusterRefusal.Invalid, $"{label}={value} is not a label: see Kubernetes' rules for names and values of labels");
        }

        var patch = new MapNode();
        foreach (var (label, value) in labels) patch[label] = value;
        await PatchAsync(NameOf(known), new MapNode { ["metadata"] = new MapNode { ["labels"] = patch } }, ct);
        await ShownAsync(() => registry.Definition(name) is { } now && labels.All(l => now.Labels.GetValueOrDefault(l.Key) == l.Value), ct);
    }

    /// <summary>Gives it another name. Whoever goes there by the old one must be told by the caller.</summary>
    /// <exception cref="ClusterRefusedException">It is not renamed.</exception>
    public async Task RenameAsync(string name, string to, CancellationToken ct)
    {
        var known = Own(name, "renamed");
        CheckName(to);
        if (registry.Definition(to) is { } other) throw new ClusterRefusedException(ClusterRefusal.Conflict, $"there is a cluster {to} already ({other.Origin})");
        await PatchAsync(NameOf(known), new MapNode { ["data"] = new MapNode { ["name"] = Base64(to) } }, ct);
        await ShownAsync(() => registry.Definition(to) is not null, ct);
    }

    /// <summary>Forgets it. Nothing is deleted on the cluster itself.</summary>
    /// <exception cref="ClusterRefusedException">It is not removed.</exception>
    public async Task RemoveAsync(string name, CancellationToken ct)
    {
        var known = Own(name, "removed");
        await SendAsync(new KubeRequest("delete", HttpMethod.Delete, Path(NameOf(known))), ct);
        await ShownAsync(() => registry.Definition(name) is null, ct);
    }

    private static void Check(NewCluster cluster)
    {
        static ClusterRefusedException Invalid(string what) => new(ClusterRefusal.Invalid, what);
        if (cluster.Config.Length > MaxConfig) throw Invalid($"the credentials have {cluster.Config.Length} characters; at most {MaxConfig}");
        if (cluster.Labels.Count > MaxLabels) throw Invalid($"{cluster.Labels.Count} labels; at most {MaxLabels}");
        foreach (var (label, value) in cluster.Labels)
        {
            if (label == ClusterSecret.TypeLabel || value is null || !LabelName().IsMatch(label) || !LabelValue().IsMatch(value)) throw Invalid($"{label}={value} is not a label");
        }

        if (cluster.Namespaces.Count > MaxNamespaces) throw Invalid($"{cluster.Namespaces.Count} namespaces; at most {MaxNamespaces}");
        if (cluster.Namespaces.FirstOrDefault(n => n is null || !DnsLabel().IsMatch(n)) is { } space) throw Invalid($"\"{space}\" is no name for a namespace");
        if (cluster.Project.Length > 0 && !DnsName().IsMatch(cluster.Project)) throw Invalid($"\"{cluster.Project}\" is no name for a project");
        if (cluster.Address == DestinationSpec.InClusterServer)
            throw Invalid($"{DestinationSpec.InClusterServer} is the cluster that Plumb runs beside; it is there already");
    }

    /// <summary>The program that its credentials would have Plumb run for them; empty: none.</summary>
    /// <exception cref="ClusterRefusedException">What is given cannot be used.</exception>
    public static string ProgramOf(NewCluster cluster) => Access(cluster).Exec?.Command ?? "";

    private static ClusterAccess Access(NewCluster cluster)
    {
        try
        {
            return ClusterSecret.Access(cluster.Server.TrimEnd('/'), cluster.Config);
        }
        catch (TargetException e)
        {
            throw new ClusterRefusedException(ClusterRefusal.Invalid, $"the cluster {(cluster.Name.Length > 0 ? cluster.Name + " " : "")}cannot be used: {e.Message}", e);
        }
    }

    private static bool Same(ClusterDefinition known, NewCluster cluster, ClusterAccess access) =>
        known.Source == ClusterSource.Secret && known.Access?.Digest == access.Digest && known.Name == cluster.Name && known.Project == cluster.Project
        && known.ClusterResources == cluster.ClusterResources && known.Namespaces.SequenceEqual(cluster.Namespaces)
        && known.Labels.Count == cluster.Labels.Count && cluster.Labels.All(l => known.Labels.GetValueOrDefault(l.Key) == l.Value);

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > MaxName || !ClusterName().IsMatch(name))
            throw new ClusterRefusedException(ClusterRefusal.Invalid, $"\"{name}\" is no name for a cluster: letters, digits and . - _ : / @, at most {MaxName}");
        if (name == DestinationSpec.InClusterName)
            throw new ClusterRefusedException(ClusterRefusal.Conflict, $"{name} is the cluster that Plumb runs beside; choose another name");
    }

    /// <summary>A cluster that is in a Secret, and so ours to change.</summary>
    private ClusterDefinition Own(string name, string verb)
    {
        var known = registry.Definition(name)
            ?? throw new ClusterRefusedException(ClusterRefusal.NotFound, $"there is no cluster {name}; `plumb cluster list` shows those there are");
        return known.Source == ClusterSource.Secret
            ? known
            : throw new ClusterRefusedException(ClusterRefusal.Conflict, $"{name} cannot be {verb} here: it is stated in {known.Origin}. Change it there");
    }

    private async Task<ClusterAnswer> TryAsync(ClusterAccess access, CancellationToken ct)
    {
        try
        {
            using var connection = new KubeConnection(access, time);
            using var client = new KubeClient(
                connection, registry.Options.Client with { RequestTimeout = CheckTimeout, MaxRetries = 0 }, time, metrics, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            await client.GetAsync("/api", ct); // answered only to those who are known
            return new ClusterAnswer(access.Credentials, (await client.GetAsync("/version", ct))["gitVersion"].AsString() ?? "", null);
        }
        catch (KubeApiException e)
        {
            return new ClusterAnswer(access.Credentials, "", e.Code is 401 or 403 ? $"it refuses the credentials: {e.Message}" : e.Message);
        }
    }

    private MapNode Document(NewCluster cluster, string secret)
    {
        var labels = new MapNode { [ClusterSecret.TypeLabel] = ClusterSecret.Cluster };
        foreach (var (label, value) in cluster.Labels.OrderBy(l => l.Key, StringComparer.Ordinal)) labels[label] = value;
        var data = new MapNode { ["name"] = Base64(cluster.Name), ["server"] = Base64(cluster.Server.TrimEnd('/')), ["config"] = Base64(cluster.Config) };
        if (cluster.Project.Length > 0) data["project"] = Base64(cluster.Project);
        if (cluster.Namespaces.Count > 0) data["namespaces"] = Base64(string.Join(',', cluster.Namespaces));
        if (cluster.ClusterResources) data["clusterResources"] = Base64("true");
        return new MapNode
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new MapNode { ["name"] = secret, ["namespace"] = Namespace, ["labels"] = labels },
            ["type"] = "Opaque",
            ["data"] = data,
        };
    }

    private async Task WriteAsync(string secret, MapNode document, bool replace, CancellationToken ct)
    {
        var body = Json.Write(document);
        var request = replace
            ? new KubeRequest("update", HttpMethod.Put, Path(secret)) { Body = body }
            : new KubeRequest("create", HttpMethod.Post, Path("")) { Body = body, Idempotent = false };
        try
        {
            await SendAsync(request, ct);
        }
        catch (ClusterRefusedException e) when (e.InnerException is KubeApiException { Code: 404 } && !replace)
        {
            var home = new MapNode { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new MapNode { ["name"] = Namespace } };
            await SendAsync(new KubeRequest("create", HttpMethod.Post, "/api/v1/namespaces") { Body = Json.Write(home), Idempotent = false }, ct);
            await SendAsync(request, ct);
        }
    }

    private Task PatchAsync(string secret, MapNode patch, CancellationToken ct) =>
        SendAsync(new KubeRequest("patch", HttpMethod.Patch, Path(secret)) { Body = Json.Write(patch), ContentType = "application/merge-patch+json" }, ct);

    private async Task SendAsync(KubeRequest request, CancellationToken ct)
    {
        var client = registry.Beside.Client ?? throw new ClusterRefusedException(
            ClusterRefusal.Conflict,
            Namespace.Length == 0 ? "clusters in Secrets are switched off (--cluster-secrets none)" : "Plumb runs beside no cluster, so there is no place to keep cluster Secrets");
        try
        {
            await client.SendAsync(request, ct);
        }
        catch (KubeApiException e)
        {
            var refusal = e.Code == 409 ? ClusterRefusal.Conflict : ClusterRefusal.Unreachable;
            throw new ClusterRefusedException(refusal, $"the Secret in the namespace {Namespace} of {DestinationSpec.InClusterName} was not changed: {e.Message}", e);
        }
    }

    private string Path(string secret) =>
        $"/api/v1/namespaces/{Uri.EscapeDataString(Namespace)}/secrets{(secret.Length > 0 ? "/" + Uri.EscapeDataString(secret) : "")}";

    /// <summary>Returns when the change shows in the registry, so that whoever asked sees it; not longer than some seconds.</summary>
    private async Task ShownAsync(Func<bool> shown, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(ShowTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var changes = registry.WatchAsync(linked.Token);
        if (shown()) return;
        try
        {
            await foreach (var _ in changes)
            {
                if (shown()) return;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // written all the same; the watch is late
        }
    }

    private static string NameOf(ClusterDefinition known) => known.Key[(known.Key.IndexOf('/') + 1)..];

    private static string SecretName(string name)
    {
        var safe = NotInNames().Replace(name.ToLowerInvariant(), "-").Trim('-', '.');
        return safe.Length is > 0 and <= 200 ? safe : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9._:/@-]*[A-Za-z0-9])?$")]
    private static partial Regex ClusterName();

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex DnsLabel();

    [GeneratedRegex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
    private static partial Regex DnsName();

    [GeneratedRegex("[^a-z0-9.-]+")]
    private static partial Regex NotInNames();

    [GeneratedRegex("^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex LabelName();

    [GeneratedRegex("^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$")]
    private static partial Regex LabelValue();
}
