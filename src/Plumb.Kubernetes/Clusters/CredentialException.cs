using Plumb.Kubernetes.Client;

namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// There are no credentials to show to a cluster: a plugin failed, a file is missing, a certificate is over. A fault of the cluster as a
/// whole; no request was sent.
/// </summary>
internal sealed class CredentialException(string message, Exception? inner = null) : KubeApiException(0, "Credentials", message, inner);
