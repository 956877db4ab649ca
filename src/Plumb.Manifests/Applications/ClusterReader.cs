using System.Text;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Applications;

/// <summary>
/// Reads <c>Cluster</c> of <c>plumb.dev/v1</c>. Credentials are named, never held: a field that would hold one is an error, as it would be
/// in Git for good.
/// </summary>
public static class ClusterReader
{
    private const string Group = "plumb.dev";
    private static readonly string[] Secrets = ["token", "bearerToken", "password", "username", "keyData", "certData", "clientKeyData", "config"];

    /// <summary>Whether Plumb takes the object as a cluster.</summary>
    public static bool IsCluster(KubeObject value) => value.GroupVersionKind is { Group: Group, Kind: "Cluster" };

    /// <summary>Reads one; null when it has errors.</summary>
    public static ClusterSpec? Read(Manifest manifest, ICollection<Diagnostic> diagnostics)
    {
        var faults = new List<Diagnostic>();
        var root = new FieldReader(manifest, manifest.Object.Root, [], faults);
        root.Ignore("apiVersion", "kind", "metadata", "status");
        if (manifest.Object.ApiVersion != Group + "/v1") root.Error("apiVersion", $"is {manifest.Object.ApiVersion}; Plumb reads {Group}/v1");
        var metadata = root.Map("metadata")!;
        if (metadata.Text("name").Length == 0) metadata.Error("name", "is missing");
        var cluster = new ClusterSpec { Name = manifest.Object.Name };
        if (root.Map("spec") is { } spec)
        {
            cluster = Read(cluster, spec) with
            {
                Labels = metadata.TextMap("labels"),
                Origin = manifest.Origin,
                Digest = CanonicalJson.Digest(manifest.Object.Root),
            };
        }
        else
        {
            root.Error("spec", "is missing");
        }

        root.Finish();
        foreach (var fault in faults) diagnostics.Add(fault);
        return faults.TrueForAll(f => f.Severity != Severity.Error) ? cluster : null;
    }

    private static ClusterSpec Read(ClusterSpec cluster, FieldReader spec)
    {
        var server = spec.Text("server");
        if (server.Length > 0 && !(Uri.TryCreate(server, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"))
            spec.Error("server", "must be an https address");
        RefuseSecrets(spec);
        cluster = cluster with
        {
            Server = server,
            Project = spec.Text("project"),
            Namespaces = spec.Texts("namespaces"),
            ClusterResources = spec.Flag("clusterResources"),
            CaData = Authority(spec),
            ServerName = spec.Text("serverName"),
            ProxyUrl = spec.Text("proxyUrl"),
            Insecure = spec.Flag("insecure"),
        };
        if (cluster.ClusterResources && cluster.Namespaces.Count == 0) spec.Warn("clusterResources", "has no effect without namespaces");
        if (cluster.Insecure && cluster.CaData.Length > 0) spec.Error("insecure", "cannot be given together with caData; remove one");
        if (cluster.ProxyUrl.Contains('@')) spec.Error("proxyUrl", "holds credentials; name a kubeconfig with that proxy-url instead");
        if (spec.Map("credentials") is { } credentials)
        {
            cluster = Credentials(cluster, credentials);
        }
        else if (!spec.Has("credentials"))
        {
            spec.Error("credentials", "is missing; give one of kubeconfig, secret, exec");
        }

        if (cluster.Server.Length == 0 && cluster.Kubeconfig is null && spec.Has("credentials")) spec.Error("server", "is missing");
        spec.Finish();
        return cluster;
    }

    private static ClusterSpec Credentials(ClusterSpec cluster, FieldReader credentials)
    {
        RefuseSecrets(credentials);
        var kubeconfig = credentials.Map("kubeconfig");
        var secret = credentials.Map("secret");
        var exec = credentials.Map("exec");
        var given = new[] { kubeconfig, secret, exec }.Count(c => c is not null);
        if (given != 1) credentials.Error("kubeconfig", $"or secret or exec must be given, exactly one of them; here are {given}");
        if (kubeconfig is not null)
        {
            cluster = cluster with { Kubeconfig = new KubeconfigReference(kubeconfig.Text("file"), kubeconfig.Text("context")) };
            kubeconfig.Finish();
        }

        if (secret is not null)
        {
            cluster = cluster with { Secret = secret.Required("name") };
            secret.Finish();
        }

        if (exec is not null) cluster = cluster with { Exec = Exec(exec) };
        credentials.Finish();
        return cluster;
    }

    private static ExecSpec Exec(FieldReader exec)
    {
        const string Protocol = "client.authentication.k8s.io/";
        var version = exec.Text("apiVersion", Protocol + "v1");
        if (version is not (Protocol + "v1" or Protocol + "v1beta1")) exec.Error("apiVersion", $"must be {Protocol}v1 or {Protocol}v1beta1");
        var read = new ExecSpec(exec.Required("command"), exec.Texts("args"), exec.TextMap("env"), version, exec.Text("installHint"));
        exec.Finish();
        return read;
    }

    /// <summary>Base64 of PEM, as in kubeconfigs, or PEM as it is.</summary>
    private static string Authority(FieldReader spec)
    {
        var text = spec.Text("caData").Trim();
        if (text.Length == 0 || text.StartsWith("-----BEGIN", StringComparison.Ordinal)) return text;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            spec.Error("caData", "must be PEM, or base64 of it");
            return "";
        }
    }

    private static void RefuseSecrets(FieldReader section)
    {
        foreach (var field in Secrets)
        {
            if (section.Has(field)) section.Error(field, "does not belong in Git; name where the credentials are: credentials.kubeconfig, secret or exec");
            section.Ignore(field);
        }
    }
}
