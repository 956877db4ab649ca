using Plumb.Manifests.Applications;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Plain;
using Plumb.Manifests.Sync;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests;

/// <summary>
/// Renders one source: finds out what it is, reads its objects, and gives each its place (namespace, tracking annotation, phase,
/// wave, options). Fit for concurrent use; each call needs its own tree.
/// </summary>
/// <param name="limits">Bounds on what one source may hold; null for the defaults.</param>
public sealed class ManifestRenderer(RenderLimits? limits = null) : IRenderer
{
    private static readonly string[] KustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

    private readonly RenderLimits _limits = limits ?? RenderLimits.Default;
    private readonly HelmRenderer _helm = new();
    private readonly KnownCharts _charts = new();

    /// <inheritdoc/>
    public RenderResult Render(RenderRequest request, CancellationToken ct)
    {
        var diagnostics = new List<Diagnostic>();
        try
        {
            var manifests = ReadSource(request, diagnostics, ct);
            return Assemble(request, manifests, diagnostics, ct);
        }
        catch (SourceException fault) when (IsFaultOfInput(fault.Fault))
        {
            diagnostics.Add(Diagnostic.Error(new Origin(request.Source.Path), fault.Message));
            return new RenderResult { Resources = [], Diagnostics = diagnostics };
        }
    }

    private static bool IsFaultOfInput(SourceFault fault) =>
        fault is SourceFault.PathNotFound or SourceFault.PathRefused or SourceFault.ContentMissing or SourceFault.LimitReached;

    private IReadOnlyList<Manifest> ReadSource(RenderRequest request, List<Diagnostic> diagnostics, CancellationToken ct)
    {
        var source = request.Source;
        if (source.Ref is not null && source.Path.Length == 0 && source.Chart.Length == 0) return [];
        if (source.Path.StartsWith('/')) return Refuse(diagnostics, source, "the path must be relative to the repository's root");

        var path = source.Chart.Length > 0 ? "" : Normalize(source.Path);
        var entry = request.Tree.Find(path);
        if (entry is null) return Refuse(diagnostics, source, $"the path \"{source.Path}\" does not exist in commit {request.Tree.Commit}");
        if (entry.Kind != TreeEntryKind.Directory) return Refuse(diagnostics, source, $"the path \"{source.Path}\" is not a directory");

        if (source.Helm is not null || (source.Directory is null && request.Tree.Find(Join(path, "Chart.yaml")) is not null))
        {
            WarnOfOverrides(request, path, diagnostics);
            return new ChartSource(_helm, _charts, request, diagnostics, _limits).Read(path, ct);
        }

        if (source.Directory is null && !IsPlain(request.Tree, path, diagnostics)) return [];
        WarnOfOverrides(request, path, diagnostics);
        return new PlainRenderer(request.Tree, _limits, diagnostics).Read(path, source.Directory ?? new DirectorySpec(), ct);
    }

    private static IReadOnlyList<Manifest> Refuse(List<Diagnostic> diagnostics, SourceSpec source, string message)
    {
        diagnostics.Add(Diagnostic.Error(new Origin(source.Path), message + "; check the source's path and targetRevision"));
        return [];
    }

    private static bool IsPlain(ITree tree, string path, List<Diagnostic> diagnostics)
    {
        foreach (var name in KustomizationNames)
        {
            var file = Join(path, name);
            if (tree.Find(file) is not { Kind: TreeEntryKind.File }) continue;
            diagnostics.Add(Diagnostic.Error(new Origin(file), "Kustomize is not supported yet"));
            return false;
        }

        return true;
    }

    private static void WarnOfOverrides(RenderRequest request, string path, List<Diagnostic> diagnostics)
    {
        foreach (var name in (ReadOnlySpan<string>)[".argocd-source.yaml", $".argocd-source-{request.Application.Name}.yaml"])
        {
            var file = Join(path, name);
            if (request.Tree.Find(file) is { Kind: TreeEntryKind.File })
                diagnostics.Add(Diagnostic.Warning(new Origin(file),
                    "overrides of the source's settings are not supported yet and are ignored"));
        }
    }

    private static string Normalize(string path) =>
        string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."));

    private static string Join(string directory, string name) => directory.Length == 0 ? name : directory + "/" + name;

    private static RenderResult Assemble(
        RenderRequest request, IReadOnlyList<Manifest> manifests, List<Diagnostic> diagnostics, CancellationToken ct)
    {
        var applications = new List<ApplicationSpec>();
        var projects = new List<ProjectSpec>();
        var clusters = new List<ClusterSpec>();
        var health = new List<HealthRuleSet>();
        var resources = new ResourceList(diagnostics);
        var scopes = new Scopes(request.Capabilities.ClusterScopedKinds, manifests);
        var placer = new Placer(request.Application, scopes, diagnostics);
        foreach (var manifest in manifests)
        {
            ct.ThrowIfCancellationRequested();
            if (ApplicationReader.IsApplication(manifest.Object))
            {
                if (ApplicationReader.ReadApplication(manifest, diagnostics) is { } application) applications.Add(application);
            }
            else if (ApplicationReader.IsProject(manifest.Object))
            {
                if (ApplicationReader.ReadProject(manifest, diagnostics) is { } project) projects.Add(project);
            }
            else if (ClusterReader.IsCluster(manifest.Object))
            {
                if (ClusterReader.Read(manifest, diagnostics) is { } cluster) clusters.Add(cluster);
            }
            else if (HealthCheckReader.IsHealthCheck(manifest.Object))
            {
                if (HealthCheckReader.Read(manifest, diagnostics) is { } rules) health.Add(rules);
            }
            else if (manifest.Object.GroupVersionKind is { Group: "argoproj.io" or "plumb.dev", Kind: "ApplicationSet" })
            {
                diagnostics.Add(Diagnostic.Warning(
                    manifest.Origin, $"ApplicationSet/{manifest.Object.Name} is not supported yet and is left out"));
            }
            else
            {
                if (HealthCheckReader.IsArgoSettings(manifest.Object)) health.Add(HealthCheckReader.ReadArgoSettings(manifest, diagnostics));
                foreach (var resource in placer.Place(manifest)) resources.Add(resource);
            }
        }

        var all = resources.All;
        if (NamespaceToCreate(request, all) is { } made) all.Insert(0, made);
        return new RenderResult
        {
            Resources = all,
            Applications = applications,
            Projects = projects,
            Clusters = clusters,
            HealthRules = health,
            Diagnostics = diagnostics,
        };
    }

    /// <summary>
    /// <c>CreateNamespace=true</c>: the destination namespace, unless the render states it itself. It comes before everything, PreSync
    /// hooks included, and is never pruned or deleted, as others may live in it too.
    /// </summary>
    private static ManifestResource? NamespaceToCreate(RenderRequest request, List<ManifestResource> resources)
    {
        var application = request.Application;
        var name = application.Destination.Namespace;
        if (name.Length == 0 || !application.SyncPolicy.Has("CreateNamespace=true")) return null;
        if (application.Sources.FirstOrDefault(s => s.Ref is null || s.Path.Length > 0) is { } first
            && first != request.Source) return null;

        var id = new ResourceId("", "Namespace", "", name);
        if (resources.Exists(r => r.Id == id)) return null;

        var metadata = new MapNode { ["name"] = name };
        if (TextMap(application.SyncPolicy.NamespaceLabels) is { } labels) metadata["labels"] = labels;
        if (TextMap(application.SyncPolicy.NamespaceAnnotations) is { } annotations) metadata["annotations"] = annotations;
        var root = new MapNode { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = metadata };
        root.Freeze();
        return new ManifestResource
        {
            Id = id,
            Object = new KubeObject(root),
            Digest = CanonicalJson.Digest(root),
            Origin = application.Origin,
            Phases = SyncPhases.PreSync,
            Wave = Placer.FirstWave,
            IsShared = true,
            Rank = KindRank.Of("Namespace"),
            Options = ResourceOptions.Default with
            {
                Prune = Permission.Denied,
                Delete = Permission.Denied,
                IgnoreExtraneous = true,
            },
        };
    }

    private static MapNode? TextMap(IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0) return null;
        var map = new MapNode(values.Count);
        foreach (var (key, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal)) map[key] = value;
        return map;
    }
}
