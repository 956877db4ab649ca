using System.Text;
using System.Text.Json.Nodes;

namespace Plumb.Web.Clusters;

/// <summary>What is typed to add a cluster, or to give one new credentials.</summary>
public sealed class ClusterForm
{
    /// <summary>Characters that a kubeconfig may have here.</summary>
    public const int MaxKubeconfig = 100_000;

    /// <summary>Whether a kubeconfig is given; else address and token.</summary>
    public bool ByKubeconfig { get; set; } = true;

    /// <summary>The kubeconfig.</summary>
    public string Kubeconfig { get; set; } = "";

    /// <summary>Its context; empty: the current one.</summary>
    public string Context { get; set; } = "";

    /// <summary>The API server's address.</summary>
    public string Server { get; set; } = "";

    /// <summary>The bearer token.</summary>
    public string Token { get; set; } = "";

    /// <summary>Certificates of the server's authority: PEM, or base64 of it; empty: those of Plumb's machine.</summary>
    public string Authority { get; set; } = "";

    /// <summary>The server's certificate is not checked.</summary>
    public bool Insecure { get; set; }

    /// <summary>Its name in Plumb.</summary>
    public string Name { get; set; } = "";

    /// <summary>Labels as text.</summary>
    public string Labels { get; set; } = "";

    /// <summary>The project that it belongs to; empty: none.</summary>
    public string Project { get; set; } = "";

    /// <summary>Namespaces, with commas between them; empty: all.</summary>
    public string Namespaces { get; set; } = "";

    /// <summary>With namespaces: what has none too.</summary>
    public bool ClusterResources { get; set; }

    /// <summary>Whether there is enough to ask a cluster.</summary>
    public bool CanCheck => ByKubeconfig ? Kubeconfig.Trim().Length > 0 : Server.Trim().Length > 0;

    /// <summary>Whether there is enough to add it.</summary>
    public bool CanAdd => CanCheck && Name.Trim().Length > 0;

    /// <summary>The form of a cluster that is there; its credentials have to be given anew.</summary>
    public static ClusterForm Of(ClusterRecord cluster) => new()
    {
        Name = cluster.Name,
        Server = cluster.Server,
        Labels = LabelText.Write(cluster.Labels),
        Project = cluster.Project,
        Namespaces = string.Join(", ", cluster.Namespaces),
        ClusterResources = cluster.ClusterResources,
    };

    /// <summary>What is asked of the API.</summary>
    /// <param name="body">The request.</param>
    /// <returns>What is wrong, in words; null when nothing is.</returns>
    public string? Read(out ClusterBody body)
    {
        var fault = LabelText.Read(Labels, out var labels);
        string[] namespaces = [.. Namespaces.Split([',', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        body = new ClusterBody
        {
            Name = Name.Trim(),
            Server = ByKubeconfig ? "" : Server.Trim(),
            Config = ByKubeconfig ? "" : Config(),
            Kubeconfig = ByKubeconfig ? Kubeconfig : "",
            Context = ByKubeconfig ? Context : "",
            Labels = labels,
            Project = Project.Trim(),
            Namespaces = namespaces,
            ClusterResources = ClusterResources && namespaces.Length > 0,
        };
        return fault;
    }

    private string Config()
    {
        var tls = new JsonObject { ["insecure"] = Insecure };
        var authority = Authority.Trim();
        if (authority.Length > 0 && !Insecure)
        {
            tls["caData"] = authority.StartsWith("-----BEGIN", StringComparison.Ordinal)
                ? Convert.ToBase64String(Encoding.UTF8.GetBytes(authority + "\n"))
                : string.Concat(authority.Where(c => !char.IsWhiteSpace(c)));
        }

        var config = new JsonObject { ["tlsClientConfig"] = tls };
        if (Token.Trim() is { Length: > 0 } token)
        {
            config["bearerToken"] = token;
        }

        return config.ToJsonString();
    }
}
