using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Applications;

/// <summary>
/// <c>.argocd-source.yaml</c> and <c>.argocd-source-NAME.yaml</c> at a source's path: merge patches of how the source is rendered, of all
/// applications there and of one, as Argo CD lays them over. Where the source comes from they cannot change, nor what it may look up.
/// </summary>
internal static class SourceOverrides
{
    private static readonly string[] WhereItComesFrom = ["repoURL", "path", "chart", "targetRevision", "ref"];
    private static readonly YamlLimits Limits = new(MaxNodes: 100_000, MaxBytes: 1024 * 1024);

    /// <summary>The source to render; null when a file cannot be read, which is an error then.</summary>
    /// <param name="request">The request for the source as the application states it.</param>
    /// <param name="path">The source's path, normalized.</param>
    /// <param name="diagnostics">Gets what is wrong with the files.</param>
    public static SourceSpec? Apply(RenderRequest request, string path, List<Diagnostic> diagnostics)
    {
        var source = request.Source;
        var merged = Base(source);
        YamlDocument? last = null;
        foreach (var name in (ReadOnlySpan<string>)[".argocd-source.yaml", $".argocd-source-{request.Application.Name}.yaml"])
        {
            var file = path.Length == 0 ? name : $"{path}/{name}";
            if (request.Tree.Find(file) is not { Kind: TreeEntryKind.File }) continue;
            var faults = new List<Diagnostic>();
            var documents = YamlReader.ReadAll(request.Tree.Read(file).Span, file, faults, Limits);
            diagnostics.AddRange(faults);
            if (faults.Exists(f => f.Severity == Severity.Error)) return null;
            if (documents.Count == 0 || documents[0].Value.IsNullOrAbsent) continue;
            last = documents[0];
            if (last.Value.AsMap() is not { } patch)
            {
                diagnostics.Add(Diagnostic.Error(
                    last.Origin, $"an override of a source is a map, such as helm: {{parameters: […]}}; this is {ManifestReader.Describe(last.Value)}"));
                return null;
            }

            foreach (var field in WhereItComesFrom.Where(patch.ContainsKey))
                diagnostics.Add(Diagnostic.Warning(last.Locate(field), $"{field} is ignored: an override says how a source is rendered, not where it comes from"));
            merged = MergePatch.Apply(merged, Effective(patch, "")).AsMap()!;
        }

        return last is null ? source : Read(request, merged, last, diagnostics);
    }

    /// <summary>What the merge says, where it says something else than the application: that was told when the application was read.</summary>
    private static SourceSpec? Read(RenderRequest request, MapNode merged, YamlDocument last, List<Diagnostic> diagnostics)
    {
        var source = request.Source;
        var known = new List<Diagnostic>();
        ApplicationReader.ReadSource(Reader(request, Base(source), last, known));
        var faults = new List<Diagnostic>();
        var read = ApplicationReader.ReadSource(Reader(request, merged, last, faults));
        faults.RemoveAll(f => known.Exists(k => k.Message == f.Message));
        diagnostics.AddRange(faults);
        if (faults.Exists(f => f.Severity == Severity.Error)) return null;
        var helm = read.Helm ?? source.Helm;
        return read with
        {
            RepoUrl = source.RepoUrl,
            Path = source.Path,
            Chart = source.Chart,
            TargetRevision = source.TargetRevision,
            Ref = source.Ref,
            Written = source.Written,
            Directory = read.Directory ?? source.Directory,
            Kustomize = read.Kustomize ?? source.Kustomize,
            Helm = helm is null ? null : helm with { Lookup = source.Helm?.Lookup ?? false },
        };
    }

    private static FieldReader Reader(RenderRequest request, MapNode map, YamlDocument document, List<Diagnostic> diagnostics)
    {
        var subject = new MapNode { ["kind"] = "Application", ["metadata"] = new MapNode { ["name"] = request.Application.Name } };
        return new FieldReader(new Manifest(new KubeObject(subject), document, []), map, [], diagnostics);
    }

    private static MapNode Base(SourceSpec source) =>
        source.Written.Length > 0 ? Json.Parse(source.Written).AsMap()! : new MapNode { ["repoURL"] = source.RepoUrl };

    /// <summary>
    /// Argo CD reads the merge into what it had, so a null there takes nothing away; it does in <c>valuesObject</c>, which is taken as a whole.
    /// </summary>
    private static MapNode Effective(MapNode patch, string path)
    {
        var kept = new MapNode(patch.Count);
        foreach (var (key, value) in patch)
        {
            if (value.IsNullOrAbsent || (path.Length == 0 && Array.IndexOf(WhereItComesFrom, key) >= 0)) continue;
            kept[key] = path == "helm" && key == "valuesObject" ? value : value.AsMap() is { } below ? Effective(below, path + key) : value;
        }

        return kept;
    }
}
