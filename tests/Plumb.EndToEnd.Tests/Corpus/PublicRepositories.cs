namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>Public repositories as they are, in <c>shared/corpus/repos</c> beside the project (or where <c>PLUMB_SHARED</c> says).</summary>
internal static class PublicRepositories
{
    /// <summary>The folder that holds one folder per repository. To be asked for only when <see cref="SharedData.IsHere"/>.</summary>
    public static string Root => SharedData.PathOf("corpus", "repos");

    private static readonly Dictionary<string, string> Addresses = new(StringComparer.Ordinal)
    {
        ["argo-cd-e2e"] = "https://github.com/argoproj/argo-cd.git",
        ["kubernetes-examples"] = "https://github.com/kubernetes/examples.git",
        ["flux2-kustomize-helm-example"] = "https://github.com/fluxcd/flux2-kustomize-helm-example.git",
        ["podinfo"] = "https://github.com/stefanprodan/podinfo.git",
        ["microservices-demo"] = "https://github.com/GoogleCloudPlatform/microservices-demo.git",
    };

    /// <summary>The address people know the repository by.</summary>
    public static string AddressOf(string repository) => Addresses[repository];
}
