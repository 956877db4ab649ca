using Plumb.Manifests.Applications;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;
using Plumb.Manifests.Kustomize;
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
    private readonly RenderLimits _limits = limits ?? RenderLimits.Default;
    private readonly HelmRenderer _helm = new();
    private readonly KnownCharts _charts = new();

    /// <inheritdoc/>
    public RenderResult Render(RenderRequest request, CancellationToken ct)
    {
        var diagnostics = new List<Diagnostic>();
        var live = request is { Source.Helm.Lookup: true, Live: { } known } ? new KnownObjects(known) : null;
        try
        {
            var manifests = ReadSource(request, live, diagnostics, ct);
            if (live is null) return Assemble(request, manifests, LookedUpSecrets.None, diagnostics, ct);
            var secrets = LookedUpSecrets.Of(live.Used, request.Live!);
            var result = Assemble(request, manifests, secrets, diagnostics, ct);
            return result with
            {
                LookedUp = live.Used,
                Diagnostics = secrets.IsEmpty ? diagnostics : [.. diagnostics.Select(d => d with { Message = secrets.Masked(d.Message) })],
            };
        }
        catch (UnansweredException unanswered)
        {
            return new RenderResult { Resources = [], LookedUp = live!.Used, Unanswered = unanswered.Query };
        }
        catch (SourceException fault) when (IsFaultOfInput(fault.Fault))
        {
            diagnostics.Add(Diagnostic.Error(new Origin(request.Source.Path), fault.Message));
            return new RenderResult { Resources = [], Diagnostics = diagnostics };
        }
    }

    private static bool IsFaultOfInput(SourceFault fault) =>
        fault is SourceFault.PathNotFound or SourceFault.PathRefused or SourceFault.ContentMissing or SourceFault.LimitReached;

    private IReadOnlyList<Manifest> ReadSource(RenderRequest request, KnownObjects? live, List<Diagnostic> diagnostics, CancellationToken ct)
    {
        var source = request.Source;
        if (source.Ref is not null && source.Path.Length == 0 && source.Chart.Length == 0) return [];
        if (source.Path.StartsWith('/')) return Refuse(diagnostics, source, "the path must be relative to the repository's root");

        var path = source.Chart.Length > 0 ? "" : Normalize(source.Path);
        if (request.Tree.FindDirectory(path) is null)
        {
            return request.Tree.Find(path) is null
                ? Refuse(diagnostics, source, $"the path \"{source.Path}\" does not exist in commit {request.Tree.Commit}")
                : Refuse(diagnostics, source, $"the path \"{source.Path}\" is not a directory");
        }

        // What follows is rendered as the files say that lie beside it.
        if (SourceOverrides.Apply(request, path, diagnostics) is not { } overridden) return [];
        request = request with { Source = source = overridden };
        if (IsChart(request, path)) return new ChartSource(_helm, _charts, request, live, diagnostics, _limits).Read(path, ct);
        if (source.Kustomize is not null || (source.Directory is null && KustomizeSource.IsKustomization(request, path)))
            return new KustomizeSource(request, diagnostics, _limits).Read(path, ct);
        return new PlainRenderer(request.Tree, _limits, diagnostics).Read(path, source.Directory ?? new DirectorySpec(), ct);
    }

    private static IReadOnlyList<Manifest> Refuse(List<Diagnostic> diagnostics, SourceSpec source, string message)
    {
        diagnostics.Add(Diagnostic.Error(new Origin(source.Path), message + "; check the source's path and targetRevision"));
        return [];
    }

    /// <summary>What the source says it is goes before what its folder looks like.</summary>
    private static bool IsChart(RenderRequest request, string path)
    {
        var source = request.Source;
        if (source.Helm is not null) return true;
        return source is { Directory: null, Kustomize: null } && request.Tree.Find(Join(path, "Chart.yaml")) is not null;
    }

    private static string Normalize(string path) =>
        string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."));

    private static string Join(string directory, string name) => directory.Length == 0 ? name : directory + "/" + name;

    private static RenderResult Assemble(
        RenderRequest request, IReadOnlyList<Manifest> manifests, LookedUpSecrets secrets, List<Diagnostic> diagnostics, CancellationToken ct)
    {
        var applications = new List<ApplicationSpec>();
        var projects = new List<ProjectSpec>();
        var clusters = new List<ClusterSpec>();
        var health = new List<HealthRuleSet>();
        var resources = new ResourceList(diagnostics);
        var scopes = new Scopes(request.Capabilities.ClusterScopedKinds, manifests);
        var placer = new Placer(request.Application, scopes, diagnostics, secrets);
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
