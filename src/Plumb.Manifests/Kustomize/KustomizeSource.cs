using Plumb.Manifests.Helm;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Targets;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize;

/// <summary>
/// A kustomization in Git as a source of an application, changed as <c>source.kustomize</c> says. Everything is read from the request's
/// tree, so that the render's record is exact: the files read, and those looked for.
/// </summary>
internal sealed class KustomizeSource(RenderRequest request, List<Diagnostic> diagnostics, RenderLimits limits)
{
    private readonly KustomizeSpec _spec = request.Source.Kustomize ?? new KustomizeSpec();

    /// <summary>Whether a folder holds a kustomization.</summary>
    public static bool IsKustomization(RenderRequest request, string path) => BuildTarget.FileNames.Any(
        name => request.Tree.Find(path.Length == 0 ? name : $"{path}/{name}") is { Kind: Plumb.Reconcile.Sources.TreeEntryKind.File });

    /// <summary>The manifests of the kustomization at a path; none and an error when it is refused.</summary>
    public IReadOnlyList<Manifest> Read(string path, CancellationToken ct)
    {
        var origin = new Origin(path.Length == 0 ? "kustomization.yaml" : path + "/kustomization.yaml");
        try
        {
            var output = KustomizeBuild.Run(request.Tree, path, Settings(), Edits(path), ct, limits.Yaml);
            diagnostics.AddRange(output.Warnings);
            return Manifests(output);
        }
        catch (KustomizeException fault)
        {
            diagnostics.Add(Diagnostic.Error(fault.At is { File.Length: > 0 } at ? at : origin, fault.Message));
            return [];
        }
    }

    private BuildSettings Settings() => new()
    {
        HelmEnabled = true,
        KubeVersion = _spec.KubeVersion.Length > 0 ? _spec.KubeVersion : request.Capabilities.Version,
        ApiVersions = _spec.ApiVersions.Count > 0 ? _spec.ApiVersions : request.Capabilities.ApiVersions,
        Remote = request.Tree as IRemoteBases,
        MaxResources = limits.MaxObjects,
    };

    private Func<Kustomization, Kustomization>? Edits(string path)
    {
        if (request.Source.Kustomize is null) return null;
        var environment = new BuildEnvironment(request);
        return new KustomizationEdits(
            _spec, environment.Expand, folder => request.Tree.FindDirectory(path.Length == 0 ? folder : $"{path}/{folder}") is not null,
            request.Application.Origin).Apply;
    }

    private List<Manifest> Manifests(KustomizeOutput output)
    {
        var manifests = new List<Manifest>(output.Objects.Count);
        foreach (var built in output.Objects)
        {
            var document = new YamlDocument(built.Value, built.Origin);
            manifests.AddRange(ManifestReader.FromDocuments([document], diagnostics));
        }

        return manifests;
    }
}
