using System.Text;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// A cluster as Argo CD keeps it: a Secret with the label <see cref="TypeLabel"/> and the keys <c>name</c>, <c>server</c>, <c>config</c>
/// (JSON), <c>namespaces</c>, <c>clusterResources</c>, <c>project</c>. The <c>shard</c> is of no use here.
/// </summary>
internal static class ClusterSecret
{
    public const string TypeLabel = "argocd.argoproj.io/secret-type";
    public const string Cluster = "cluster";

    /// <summary>Type of a Secret with a <c>config</c> that a <c>Cluster</c> in Git refers to.</summary>
    public const string Credentials = "cluster-credentials";

    /// <summary>Which type of Secret it is; empty: none of ours.</summary>
    public static string TypeOf(KubeObject secret) => secret.Labels?[TypeLabel].AsString() ?? "";

    /// <summary>Reads a cluster; what is wrong with it is in its <see cref="ClusterDefinition.Fault"/>.</summary>
    public static ClusterDefinition Read(KubeObject secret)
    {
        var data = new SecretData(secret);
        var server = Addresses.Normalize(data["server"]);
        var cluster = new ClusterDefinition
        {
            Source = ClusterSource.Secret,
            Key = $"secret:{secret.Namespace}/{secret.Name}",
            Origin = $"Secret {secret.Namespace}/{secret.Name}",
            Name = data["name"] is { Length: > 0 } name ? name : server.Length > 0 ? server : secret.Name,
            Server = server,
            Labels = (secret.Labels ?? []).Where(l => l.Key != TypeLabel).ToDictionary(l => l.Key, l => l.Value.AsString() ?? "", StringComparer.Ordinal),
            Project = data["project"],
            Namespaces = data["namespaces"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ClusterResources = data["clusterResources"] == "true",
        };
        if (server == DestinationSpec.InClusterServer) return cluster; // its address and credentials are known
        try
        {
            return cluster with { Access = Access(server, data["config"]) };
        }
        catch (TargetException e)
        {
            return cluster with { Fault = e.Message };
        }
    }

    /// <summary>The access that a <c>config</c> describes.</summary>
    /// <exception cref="TargetException">It cannot be used.</exception>
    public static ClusterAccess Access(string server, string config)
    {
        static TargetException Fault(string what) => new(what);
        if (server.Contains('@')) throw Fault("its server has an @ in it: user and password do not belong in an address");
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            throw Fault($"its server \"{server}\" is not an http or https address");
        if (address.Query.Length > 0 || address.Fragment.Length > 0) throw Fault("its server has a ? or # in it: write only https://HOST:PORT and a path, if any");
        Node root;
        try
        {
            root = config.Length == 0 ? new MapNode() : Json.Parse(config);
        }
        catch (JsonException)
        {
            throw Fault("its config is not JSON");
        }

        if (!root["awsAuthConfig"].IsNullOrAbsent)
            throw Fault("its config has an awsAuthConfig, which needs Argo CD's own program; use execProviderConfig with aws-iam-authenticator or `aws eks get-token`");
        var tls = root["tlsClientConfig"];
        var certificate = Pem(tls, "certData");
        var key = Pem(tls, "keyData");
        if (certificate is null != key is null) throw Fault("its tlsClientConfig has only one of certData and keyData");
        var token = Text(root["bearerToken"]);
        if (token is not null && token.Any(c => c is <= ' ' or > '~')) throw Fault("its bearerToken has blanks, line ends or other characters that no token has");
        return new ClusterAccess
        {
            Server = address,
            Authority = Pem(tls, "caData"),
            Insecure = tls["insecure"].AsBool() ?? false,
            ServerName = tls["serverName"].AsString() ?? "",
            Proxy = Text(root["proxyUrl"]) is { } proxy ? Addresses.Proxy(proxy, what => Fault("its config " + what)) : null,
            ClientCertificate = certificate is null ? null : new PemPair(certificate, key!),
            Token = token,
            Username = root["username"].AsString() ?? "",
            Password = root["password"].AsString() ?? "",
            Exec = root["execProviderConfig"].AsMap() is { } exec ? Exec(exec, server, tls) : null,
        };
    }

    private static ExecPlugin Exec(Node exec, string server, Node tls)
    {
        var version = Text(exec["apiVersion"]) ?? throw new TargetException("its execProviderConfig has no apiVersion");
        if (version is not (ExecPlugin.Group + "/v1" or ExecPlugin.Group + "/v1beta1"))
            throw new TargetException($"its execProviderConfig asks for {version}; Plumb speaks {ExecPlugin.Group}/v1 and v1beta1");
        var environment = (exec["env"].AsMap() ?? []).Select(e => KeyValuePair.Create(e.Key, e.Value.AsString() ?? "")).ToList();
        return new ExecPlugin
        {
            Command = Text(exec["command"]) ?? throw new TargetException("its execProviderConfig has no command"),
            Arguments = [.. (exec["args"].AsList() ?? []).Select(a => a.AsString()).OfType<string>()],
            Environment = environment,
            ApiVersion = version,
            InstallHint = exec["installHint"].AsString() ?? "",
            ClusterInfo = exec["provideClusterInfo"].AsBool() == true ? ClusterInfo(exec, server, tls) : null,
        };
    }

    private static string ClusterInfo(Node exec, string server, Node tls)
    {
        var info = new MapNode { ["server"] = server };
        if (Text(tls["serverName"]) is { } name) info["tls-server-name"] = name;
        if (tls["insecure"].AsBool() == true) info["insecure-skip-tls-verify"] = true;
        if (Text(tls["caData"]) is { } authority) info["certificate-authority-data"] = authority;
        if (!exec["config"].IsNullOrAbsent) info["config"] = exec["config"].DeepClone();
        return Json.WriteText(info);
    }

    /// <summary>Base64 of PEM, as Go writes bytes in JSON.</summary>
    private static string? Pem(Node tls, string field)
    {
        if (Text(tls[field]) is not { } data) return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            throw new TargetException($"its tlsClientConfig.{field} is not base64");
        }
    }

    private static string? Text(Node value) => value.AsString() is { Length: > 0 } text ? text : null;
}

/// <summary>The decoded data of a Secret. Never shown.</summary>
internal sealed class SecretData(KubeObject secret)
{
    /// <summary>A value as text; empty when it is not there or not base64.</summary>
    public string this[string key]
    {
        get
        {
            if (secret.Root["stringData"][key].AsString() is { } plain) return plain;
            try
            {
                return secret.Root["data"][key].AsString() is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data)) : "";
            }
            catch (FormatException)
            {
                return "";
            }
        }
    }
}
