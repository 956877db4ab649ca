namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// A program that prints credentials: Kubernetes' <c>client.authentication.k8s.io</c> ExecCredential protocol, versions v1 and v1beta1.
/// </summary>
public sealed record ExecPlugin
{
    /// <summary>The protocol's API group.</summary>
    public const string Group = "client.authentication.k8s.io";

    /// <summary>Program: a path, or a name to look for in <c>PATH</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables added to the few of our environment that it gets.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>…/v1beta1</c>.</summary>
    public string ApiVersion { get; init; } = Group + "/v1";

    /// <summary>What to tell people when the program is not there.</summary>
    public string InstallHint { get; init; } = "";

    /// <summary>
    /// JSON of the cluster (<c>provideClusterInfo</c>) that goes to the program in <c>KUBERNETES_EXEC_INFO</c>; null: it is not told.
    /// </summary>
    public string? ClusterInfo { get; init; }

    /// <summary>How long one run may take. Default: 20 seconds. Must be positive.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The program without its arguments, which may hold secrets.</summary>
    public override string ToString() => Command;
}
