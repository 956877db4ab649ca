using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>Finds the objects that a target of a patch means (<c>ResMap.Select</c>): parts are anchored regular expressions.</summary>
internal static class Selection
{
    /// <exception cref="KustomizeException">A part is no regular expression, or a selector is none.</exception>
    public static List<Resource> Select(ResourceList resources, SelectorEntry selector, Origin? at)
    {
        try
        {
            var (group, version, kind) = (Anchored(selector.Group), Anchored(selector.Version), Anchored(selector.Kind));
            var (name, ns) = (Anchored(selector.Name), Anchored(selector.Namespace));
            var labels = LabelSelector.Parse(selector.LabelSelector);
            var annotations = LabelSelector.Parse(selector.AnnotationSelector);
            bool Named(ResId id) => Fits(name, id.Name);
            bool InNamespace(ResId id) => Fits(ns, id.EffectiveNamespace);
            bool OfKind(Gvk gvk) => Fits(group, gvk.Group) && Fits(version, gvk.Version) && Fits(kind, gvk.Kind);

            var found = new List<Resource>();
            foreach (var resource in resources.All)
            {
                if (resource.IsEmpty) continue;
                var (now, first) = (resource.CurrentId, resource.OriginalId);

                // Name and namespace may each be the first or the present one; the kind is the present one.
                if (!InNamespace(first) && !InNamespace(now)) continue;
                if (!Named(first) && !Named(now)) continue;
                if (!OfKind(now.Gvk)) continue;
                if (!labels.Matches(resource.TextMap("labels")) || !annotations.Matches(resource.TextMap("annotations"))) continue;
                found.Add(resource);
            }

            return found;
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException($"unable to find patch target \"{selector}\" in `resources`: {fault.Message}", fault.At ?? at, fault);
        }
    }

    private static GoRegex? Anchored(string pattern)
    {
        if (pattern.Length == 0) return null;
        try
        {
            return GoRegex.Compile($"^(?:{pattern})$");
        }
        catch (GoError fault)
        {
            throw new KustomizeException(fault.Message, null, fault);
        }
    }

    private static bool Fits(GoRegex? pattern, string text) => pattern?.IsMatch(text) ?? true;
}
