using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Selectors;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>Finds the objects that a target of a patch means (<c>ResMap.Select</c>).</summary>
internal static class Selection
{
    /// <exception cref="KustomizeException">A part is no regular expression, or a selector is none.</exception>
    public static List<Resource> Select(ResourceList resources, SelectorEntry selector, Origin? at)
    {
        try
        {
            var patterns = new ResourcePatterns(new Gvk(selector.Group, selector.Version, selector.Kind), selector.Name, selector.Namespace);
            var labels = LabelSelector.Parse(selector.LabelSelector);
            var annotations = LabelSelector.Parse(selector.AnnotationSelector);
            var found = new List<Resource>();
            foreach (var resource in resources.All)
            {
                if (resource.IsEmpty) continue;

                // Name and namespace may each be the first or the present one; the kind is the present one.
                var (now, first) = (resource.CurrentId, resource.OriginalId);
                if (!patterns.IsNamespace(first.EffectiveNamespace) && !patterns.IsNamespace(now.EffectiveNamespace)) continue;
                if (!patterns.IsName(first.Name) && !patterns.IsName(now.Name)) continue;
                if (!patterns.IsMatch(now.Gvk)) continue;
                if (labels.MatchesLabels(resource.Node!) && annotations.MatchesAnnotations(resource.Node!)) found.Add(resource);
            }

            return found;
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException($"unable to find patch target \"{selector}\" in `resources`: {fault.Message}", fault.At ?? at, fault);
        }
    }
}
