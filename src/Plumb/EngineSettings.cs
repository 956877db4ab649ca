using System.CommandLine;
using Plumb.Git.Addresses;
using Plumb.Kubernetes.Client;
using Plumb.Reconcile.Loop;
using Plumb.Server.Composition;

namespace Plumb.Commands;

/// <summary>
/// The options that <c>serve</c>, <c>reconcile</c> and <c>diff</c> share: clusters and where repositories are fetched from.
/// </summary>
internal sealed class EngineSettings
{
    public Option<string?> Kubeconfig { get; } = new("--kubeconfig") { Description = "Kubeconfig file. Default: $KUBECONFIG, else ~/.kube/config", HelpName = "FILE" };

    public Option<string[]> Contexts { get; } = new("--context")
    {
        Description = "Context of the kubeconfig to use as a cluster; the first one is in-cluster. Repeatable. Default: all, the current one is in-cluster",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    public Option<string> ClusterSecrets { get; } = new("--cluster-secrets")
    {
        Description = "Namespace of in-cluster whose cluster Secrets (Argo CD's form) are clusters; none looks for none",
        HelpName = "NAMESPACE|none",
        DefaultValueFactory = _ => "argocd",
    };

    public Option<string[]> RepositoryMap { get; } = RepositoryMapOption();

    public Option<bool> AllowWebFiles { get; } = AllowWebFilesOption();

    public Option<string?> Data { get; } = new("--data") { Description = "Folder for Git mirrors (and for serve: the history)", HelpName = "DIR" };

    public Option<string> InstallationId { get; } = new("--installation-id")
    {
        Description = "Tells this Plumb's objects from those of another Plumb or Argo CD on the same cluster",
        HelpName = "ID",
        DefaultValueFactory = _ => "",
    };

    public DurationOption RequestTimeout { get; } = new(
        "--request-timeout", "How long one request to a cluster may take before it is given up, and tried again where that is safe", "30s");

    public Option<string> TrackingMethod { get; } = TrackingMethodOption();

    public void AddTo(Command command)
    {
        command.Add(Kubeconfig);
        command.Add(Contexts);
        command.Add(ClusterSecrets);
        command.Add(RepositoryMap);
        command.Add(AllowWebFiles);
        command.Add(Data);
        command.Add(InstallationId);
        command.Add(TrackingMethod);
        command.Add(RequestTimeout);
    }

    public EngineOptions Read(ParseResult parsed, string dataFolder, ReconcilerOptions reconciler)
    {
        var kubeconfig = parsed.GetValue(Kubeconfig);
        if (kubeconfig is not null && !File.Exists(kubeconfig)) throw new UsageException($"the kubeconfig {kubeconfig} does not exist");
        var contexts = parsed.GetValue(Contexts) ?? [];
        return new EngineOptions
        {
            DataFolder = Path.GetFullPath(dataFolder),
            Kubeconfig = kubeconfig,
            Contexts = contexts,
            InClusterContext = contexts.FirstOrDefault(),
            ClusterSecretNamespace = parsed.GetValue(ClusterSecrets) is { } secrets && secrets != "none" ? secrets : "",
            RepositoryMap = ReadMap(parsed.GetValue(RepositoryMap)),
            AllowWebFiles = parsed.GetValue(AllowWebFiles),
            InstallationId = parsed.GetValue(InstallationId) ?? "",
            TrackingMethod = parsed.GetValue(TrackingMethod) switch
            {
                "label" => Kubernetes.Inventory.TrackingMethod.Label,
                "annotation+label" => Kubernetes.Inventory.TrackingMethod.AnnotationAndLabel,
                _ => Kubernetes.Inventory.TrackingMethod.Annotation,
            },
            Client = new KubeClientOptions { RequestTimeout = RequestTimeout.Read(parsed) },
            Reconciler = reconciler,
        };
    }

    private static Option<string> TrackingMethodOption()
    {
        var option = new Option<string>("--tracking-method")
        {
            Description = "By what objects are known to belong to an application, as in Argo CD",
            HelpName = "annotation|label|annotation+label",
            DefaultValueFactory = _ => "annotation",
        };
        option.AcceptOnlyFromAmong("annotation", "label", "annotation+label");
        return option;
    }

    /// <summary>Local paths are meant from the folder that the command is started in.</summary>
    public static IReadOnlyList<string> ReadMap(string[]? given)
    {
        var map = new List<string>();
        foreach (var text in given ?? [])
        {
            var (from, to) = RepositoryMapping.Parse(text);
            map.Add($"{from}={(Directory.Exists(to) ? Path.GetFullPath(to) : to)}");
        }

        return map;
    }

    public static Option<string[]> RepositoryMapOption() => new("--repo-map")
    {
        Description = "Fetch repositories whose address begins with FROM from TO instead (another address or a local path). Repeatable",
        HelpName = "FROM=TO",
        DefaultValueFactory = _ => [],
    };

    public static Option<bool> AllowWebFilesOption() => new("--allow-web-files")
    {
        Description = "Let kustomizations use files of web servers (https://…/file.yaml), which change without a commit",
    };
}
