using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>Writes an access as the <c>config</c> of Argo CD's cluster Secrets.</summary>
public static class ClusterConfig
{
    /// <summary>
    /// The JSON. It holds the credentials: files are read and put in as they are now, so that it means the same on another machine.
    /// </summary>
    /// <exception cref="TargetException">A file cannot be read, or the access has what the form does not know.</exception>
    public static string Write(ClusterAccess access)
    {
        if (access.Impersonate is not null) throw new TargetException("the context acts as another user (as), which cluster Secrets do not know");
        var tls = new MapNode { ["insecure"] = access.Insecure };
        if (access.ServerName.Length > 0) tls["serverName"] = access.ServerName;
        if (access.Authority is { } authority && !access.Insecure) tls["caData"] = Base64(authority);
        var certificate = access.ClientCertificateFiles is { } files ? new PemPair(Read(files.Certificate), Read(files.Key)) : access.ClientCertificate;
        if (certificate is not null)
        {
            tls["certData"] = Base64(certificate.Certificate);
            tls["keyData"] = Base64(certificate.Key);
        }

        var config = new MapNode();
        var token = access.TokenFile is { } file ? Read(file).Trim() : access.Token;
        if (token is not null) config["bearerToken"] = token;
        if (access.Username.Length > 0)
        {
            config["username"] = access.Username;
            config["password"] = access.Password;
        }

        if (access.Exec is { } exec) config["execProviderConfig"] = Exec(exec);
        if (access.Proxy is { } proxy) config["proxyUrl"] = proxy.OriginalString;
        config["tlsClientConfig"] = tls;
        return Json.WriteText(config);
    }

    private static MapNode Exec(ExecPlugin exec)
    {
        var map = new MapNode { ["apiVersion"] = exec.ApiVersion, ["command"] = exec.Command };
        if (exec.Arguments.Count > 0) map["args"] = new ListNode(exec.Arguments.Select(a => (Node)a));
        if (exec.Environment.Count > 0)
        {
            var environment = new MapNode();
            foreach (var (name, value) in exec.Environment) environment[name] = value;
            map["env"] = environment;
        }

        if (exec.InstallHint.Length > 0) map["installHint"] = exec.InstallHint;
        if (exec.ClusterInfo is not null) map["provideClusterInfo"] = true;
        return map;
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TargetException($"the credentials in {file} cannot be read: {e.Message}", e);
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
