using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>Turns a cluster and a user of a kubeconfig into an access.</summary>
/// <param name="clusterFolder">What paths of the cluster are meant from; null: it may name none.</param>
/// <param name="userFolder">The same of the user.</param>
/// <param name="fault">A fault of the context.</param>
internal sealed class KubeconfigAccess(string? clusterFolder, string? userFolder, Func<string, TargetException> fault)
{
    private const string ExecExtension = "client.authentication.k8s.io/exec";

    public ClusterAccess Read(Node cluster, Node user)
    {
        var server = cluster["server"].AsString() ?? "";
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            throw fault($"has no usable server address: \"{server}\"");
        if (user["auth-provider"]["name"].AsString() is { } legacy && legacy != "oidc")
            throw fault($"uses the authentication provider {legacy}, which kubectl dropped too; use an exec plugin");

        var authority = Pem(cluster, "certificate-authority", clusterFolder);
        var serverName = cluster["tls-server-name"].AsString() ?? "";
        var insecure = cluster["insecure-skip-tls-verify"].AsBool() ?? false;
        var proxy = cluster["proxy-url"].AsString() is { Length: > 0 } url ? Addresses.Proxy(url, fault) : null;
        return new ClusterAccess
        {
            Server = address,
            Authority = authority,
            Insecure = insecure,
            ServerName = serverName,
            Proxy = proxy,
            ClientCertificate = CertificateData(user),
            ClientCertificateFiles = CertificateFiles(user),
            Token = Text(user["token"]) ?? Text(user["auth-provider"]["config"]["id-token"]),
            TokenFile = Text(user["tokenFile"]) is { } file ? PathOf(userFolder, "tokenFile", file) : null,
            Username = user["username"].AsString() ?? "",
            Password = user["password"].AsString() ?? "",
            Exec = user["exec"].AsMap() is { } exec ? Exec(exec, cluster, authority) : null,
            Impersonate = Text(user["as"]) is { } name ? new Impersonation(name, Texts(user["as-groups"])) : null,
        };
    }

    private ExecPlugin Exec(Node exec, Node cluster, string? authority)
    {
        var command = Text(exec["command"]) ?? throw fault("has an exec section without a command");
        var version = Text(exec["apiVersion"]) ?? throw fault("has an exec section without an apiVersion");
        if (version is not (ExecPlugin.Group + "/v1" or ExecPlugin.Group + "/v1beta1"))
            throw fault($"has an exec section of {version}; Plumb speaks {ExecPlugin.Group}/v1 and v1beta1");
        if (Text(exec["interactiveMode"]) == "Always") throw fault("has an exec plugin that must ask a person (interactiveMode: Always)");
        var pairs = (exec["env"].AsList() ?? [])
            .Select(e => KeyValuePair.Create(Text(e["name"]) ?? "", e["value"].AsString() ?? "")).Where(e => e.Key.Length > 0).ToList();
        return new ExecPlugin
        {
            // A name is looked for in PATH; what has a folder in it is meant from the file's own, as in kubectl.
            Command = !command.Contains('/') && !command.Contains(Path.DirectorySeparatorChar) ? command
                : Path.IsPathRooted(command) ? command : PathOf(userFolder, "exec command", command),
            Arguments = Texts(exec["args"]),
            Environment = pairs,
            ApiVersion = version,
            InstallHint = exec["installHint"].AsString() ?? "",
            ClusterInfo = exec["provideClusterInfo"].AsBool() == true ? ClusterInfo(cluster, authority) : null,
        };
    }

    /// <summary><c>spec.cluster</c> of an ExecCredential.</summary>
    private static string ClusterInfo(Node cluster, string? authority)
    {
        var info = new MapNode { ["server"] = cluster["server"].AsString() };
        if (Text(cluster["tls-server-name"]) is { } name) info["tls-server-name"] = name;
        if (cluster["insecure-skip-tls-verify"].AsBool() == true) info["insecure-skip-tls-verify"] = true;
        if (authority is not null) info["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority));
        if (Text(cluster["proxy-url"]) is { } proxy) info["proxy-url"] = proxy;
        foreach (var extension in cluster["extensions"].AsList() ?? [])
        {
            if (extension["name"].AsString() == ExecExtension) info["config"] = extension["extension"].DeepClone();
        }

        return Json.WriteText(info);
    }

    private PemPair? CertificateData(Node user)
    {
        if (Text(user["client-certificate-data"]) is null) return null;
        var certificate = Pem(user, "client-certificate", userFolder)!;
        return new PemPair(certificate, Pem(user, "client-key", userFolder) ?? throw fault("has a client certificate without its key"));
    }

    private PemFiles? CertificateFiles(Node user)
    {
        if (Text(user["client-certificate-data"]) is not null || Text(user["client-certificate"]) is not { } certificate) return null;
        var key = Text(user["client-key"]) ?? throw fault("has a client certificate without its key");
        return new PemFiles(PathOf(userFolder, "client-certificate", certificate), PathOf(userFolder, "client-key", key));
    }

    /// <summary>The text of <c>NAME-data</c> (base64) or of the file that <c>NAME</c> says.</summary>
    private string? Pem(Node section, string name, string? folder)
    {
        try
        {
            if (Text(section[name + "-data"]) is { } data) return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            return Text(section[name]) is { } file ? File.ReadAllText(PathOf(folder, name, file)) : null;
        }
        catch (FormatException)
        {
            throw fault($"has a {name}-data that is not base64");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw fault($"names a {name} that cannot be read: {e.Message}");
        }
    }

    private string PathOf(string? folder, string field, string file) => folder is null
        ? throw fault($"names a file as its {field}, which is elsewhere: give what is in it. `kubectl config view --minify --flatten --raw` prints a kubeconfig with everything in it")
        : Path.Combine(folder, file);

    private static string? Text(Node value) => value.AsString() is { Length: > 0 } text ? text : null;

    private static List<string> Texts(Node list) => [.. (list.AsList() ?? []).Select(t => t.AsString()).OfType<string>()];
}
