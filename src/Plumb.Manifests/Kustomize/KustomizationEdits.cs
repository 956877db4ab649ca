using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize;

/// <summary>
/// Changes a kustomization as an application asks for: what Argo CD does with <c>kustomize edit</c> before it builds.
/// </summary>
/// <param name="spec">What is asked for.</param>
/// <param name="expand">Replaces the variables of an application, such as <c>$ARGOCD_APP_REVISION</c>.</param>
/// <param name="hasFolder">Whether a folder is there, named from the source's path.</param>
/// <param name="at">Where the application was written.</param>
internal sealed class KustomizationEdits(KustomizeSpec spec, Func<string, string> expand, Func<string, bool> hasFolder, Origin at)
{
    private const string Keep = "*";

    /// <exception cref="KustomizeException">A label or annotation is in the file too, or an image is no image.</exception>
    public Kustomization Apply(Kustomization file)
    {
        var (labels, commonLabels) = Labels(file);
        return file with
        {
            NamePrefix = spec.NamePrefix.Length > 0 ? spec.NamePrefix : file.NamePrefix,
            NameSuffix = spec.NameSuffix.Length > 0 ? spec.NameSuffix : file.NameSuffix,
            Namespace = spec.Namespace.Length > 0 ? spec.Namespace : file.Namespace,
            Images = spec.Images.Count > 0 ? Images(file) : file.Images,
            Replicas = spec.Replicas.Count > 0 ? Replicas(file) : file.Replicas,
            Labels = labels,
            CommonLabels = commonLabels,
            CommonAnnotations = spec.CommonAnnotations.Count > 0
                ? Merged(file.CommonAnnotations, spec.CommonAnnotations, spec.ForceCommonAnnotations, "annotation", spec.CommonAnnotationsEnvsubst)
                : file.CommonAnnotations,
            Patches = [.. file.Patches, .. spec.Patches.Select(Patch)],
            Components = [.. file.Components, .. Components(file)],
        };
    }

    private PatchEntry Patch(KustomizePatch patch) => new(
        patch.Path, patch.Patch,
        patch.Target is not { } target
            ? null
            : new SelectorEntry(
                target.Group, target.Version, target.Kind, target.Name, target.Namespace, target.LabelSelector, target.AnnotationSelector),
        patch.Options.GetValueOrDefault("allowNameChange"), patch.Options.GetValueOrDefault("allowKindChange"), at);

    private IEnumerable<Entry<string>> Components(Kustomization file) => spec.Components
        .Where(c => !spec.IgnoreMissingComponents || hasFolder(c))
        .Where(c => file.Components.All(f => f.Value != c))
        .Distinct()
        .Select(c => new Entry<string>(c, at));

    private (IReadOnlyList<LabelEntry> Labels, IReadOnlyDictionary<string, string> CommonLabels) Labels(Kustomization file)
    {
        if (spec.CommonLabels.Count == 0) return (file.Labels, file.CommonLabels);
        if (!spec.LabelWithoutSelector)
            return (file.Labels, Merged(file.CommonLabels, spec.CommonLabels, spec.ForceCommonLabels, "label", substitutes: true));

        var entries = file.Labels.ToList();
        var alike = entries.FindIndex(e => !e.IncludeSelectors && e.IncludeTemplates == spec.LabelIncludeTemplates);
        var entry = alike >= 0
            ? entries[alike]
            : new LabelEntry(new Dictionary<string, string>(), false, spec.LabelIncludeTemplates, [], at);
        entry = entry with { Pairs = Merged(entry.Pairs, spec.CommonLabels, spec.ForceCommonLabels, "label", substitutes: true) };
        if (alike >= 0) entries[alike] = entry;
        else entries.Add(entry);
        return (entries, file.CommonLabels);
    }

    private SortedDictionary<string, string> Merged(
        IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string> added, bool isForced, string what, bool substitutes)
    {
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in own) merged[key] = value;
        foreach (var (key, value) in added)
        {
            if (!isForced && own.ContainsKey(key))
            {
                throw new KustomizeException(
                    $"{what} {key} already in kustomization file; set forceCommon{(what == "label" ? "Labels" : "Annotations")} to override it", at);
            }

            merged[key] = substitutes ? expand(value) : value;
        }

        return merged;
    }

    private List<ReplicaEntry> Replicas(Kustomization file)
    {
        var replicas = new SortedDictionary<string, ReplicaEntry>(StringComparer.Ordinal);
        foreach (var entry in file.Replicas) replicas[entry.Name] = entry;
        foreach (var given in spec.Replicas) replicas[given.Name] = new ReplicaEntry(given.Name, given.Count, at);
        return [.. replicas.Values];
    }

    private List<ImageChange> Images(Kustomization file)
    {
        var images = new SortedDictionary<string, ImageChange>(StringComparer.Ordinal);
        foreach (var text in spec.Images)
        {
            var image = Image(expand(text));
            images[image.Name] = image;
        }

        foreach (var own in file.Images)
        {
            images[own.Name] = images.TryGetValue(own.Name, out var given)
                ? given with
                {
                    NewName = given.NewName == Keep ? own.NewName : given.NewName,
                    NewTag = given.NewTag == Keep ? own.NewTag : given.NewTag,
                    Digest = given.Digest == Keep ? own.Digest : given.Digest,
                }
                : own;
        }

        return
        [
            .. images.Values.Select(i => i with
            {
                NewName = i.NewName == Keep ? "" : i.NewName,
                NewTag = i.NewTag == Keep ? "" : i.NewTag,
                Digest = i.Digest == Keep ? "" : i.Digest,
            }),
        ];
    }

    private ImageChange Image(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = equals < 0 ? ("", text) : (text[..equals], text[(equals + 1)..]);
        var (name, tag, digest) = ImageName.Parse(value);
        if (name == text)
        {
            throw new KustomizeException(
                $"source.kustomize.images: \"{text}\" is no image: write name=new-name, name:tag, name@digest, or name=new-name:tag", at);
        }

        return key.Length > 0 ? new ImageChange(key, name, "", tag, digest) : new ImageChange(name, "", "", tag, digest);
    }
}
