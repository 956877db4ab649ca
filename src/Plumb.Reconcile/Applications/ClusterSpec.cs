using Plumb.Reconcile.Rendering;

namespace Plumb.Reconcile.Applications;

/// <summary>
/// A cluster that Git states: <c>plumb.dev/v1</c> <c>Cluster</c>. Where its credentials are, never what they are.
/// </summary>
public sealed record ClusterSpec
{
    /// <summary><c>metadata.name</c>; what <c>destination.name</c> says.</summary>
    public required string Name { get; init; }

    /// <summary><c>metadata.labels</c>, by which generators choose clusters.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary><c>spec.server</c>: the API server's address; empty when the kubeconfig says it.</summary>
    public string Server { get; init; } = "";

    /// <summary><c>spec.project</c>: the project that it belongs to; empty: none.</summary>
    public string Project { get; init; } = "";

    /// <summary><c>spec.namespaces</c>: the only ones that Plumb looks at; empty: all, and what has no namespace.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary><c>spec.clusterResources</c>: with <see cref="Namespaces"/>, what has no namespace too.</summary>
    public bool ClusterResources { get; init; }

    /// <summary><c>spec.caData</c>: PEM certificates of the server's authority; empty: those of the machine.</summary>
    public string CaData { get; init; } = "";

    /// <summary><c>spec.serverName</c>: the name in the server's certificate when it is not that of the address.</summary>
    public string ServerName { get; init; } = "";

    /// <summary><c>spec.proxyUrl</c>.</summary>
    public string ProxyUrl { get; init; } = "";

    /// <summary><c>spec.insecure</c>: the server's certificate is not checked.</summary>
    public bool Insecure { get; init; }

    /// <summary><c>spec.credentials.kubeconfig</c>; null when not given.</summary>
    public KubeconfigReference? Kubeconfig { get; init; }

    /// <summary><c>spec.credentials.secret.name</c>: a Secret beside the cluster Secrets; empty when not given.</summary>
    public string Secret { get; init; } = "";

    /// <summary><c>spec.credentials.exec</c>; null when not given.</summary>
    public ExecSpec? Exec { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }

    /// <summary>Hash of the whole object as written, lower-case hex.</summary>
    public string Digest { get; init; } = "";
}

/// <summary><c>credentials.kubeconfig</c>: a context of a file on the machine that Plumb runs on.</summary>
/// <param name="File">Its path; empty: the kubeconfig that Plumb was started with.</param>
/// <param name="Context">The context; empty: the current one.</param>
public sealed record KubeconfigReference(string File, string Context);

/// <summary><c>credentials.exec</c>: a program on that machine that prints credentials.</summary>
/// <param name="Command">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">Its own variables.</param>
/// <param name="ApiVersion">The protocol's version.</param>
/// <param name="InstallHint">What to say when it is not there.</param>
public sealed record ExecSpec(
    string Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string ApiVersion, string InstallHint);
