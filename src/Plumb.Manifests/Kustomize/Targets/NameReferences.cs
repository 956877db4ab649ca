using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Resources;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>
/// Tells objects that name others the names these have now (<c>api/filters/nameref</c>): a field that holds a name that an object once
/// had, and that can mean this object, gets its present one.
/// </summary>
internal sealed class NameReferences
{
    private readonly ResourceList _resources;
    private readonly Dictionary<string, List<Resource>> _byFormerName = new(StringComparer.Ordinal);

    private NameReferences(ResourceList resources)
    {
        _resources = resources;
        foreach (var resource in resources.All)
        {
            foreach (var name in resource.PreviousNames.Distinct())
            {
                if (!_byFormerName.TryGetValue(name, out var list)) _byFormerName[name] = list = [];
                list.Add(resource);
            }
        }
    }

    /// <exception cref="KustomizeException">A name could mean several objects that have different names now.</exception>
    public static void Update(ResourceList resources, TransformerConfig config, CancellationToken ct)
    {
        var references = new NameReferences(resources);
        foreach (var referrer in resources.All)
        {
            ct.ThrowIfCancellationRequested();
            if (referrer.IsEmpty) continue;
            var accounts = NamespacesOfAccounts(referrer);

            // Where nothing was renamed, no reference can be stale.
            if (references._byFormerName.Count > 0) references.Update(referrer, config, accounts);
        }

        resources.IdsMayHaveChanged();
    }

    private void Update(Resource referrer, TransformerConfig config, HashSet<string> accounts)
    {
        var original = referrer.OriginalId.Gvk;
        foreach (var reference in config.NameReference)
        {
            foreach (var field in reference.Referrers)
            {
                if (!original.IsSelectedBy(field.Gvk)) continue;
                var update = new Reference(this, referrer, field.Path, reference.Referral, accounts);
                try
                {
                    FieldSpecFilter.Apply(referrer.Node!, field with { Gvk = referrer.Gvk }, update.Set);
                }
                catch (KustomizeException fault)
                {
                    throw fault.Led($"updating name reference in '{field.Path}' field of '{referrer.CurrentId}'");
                }
            }
        }
    }

    /// <summary>The namespaces of the accounts that a role is bound to: those in them may be meant too.</summary>
    private static HashSet<string> NamespacesOfAccounts(Resource referrer)
    {
        var namespaces = new HashSet<string>(StringComparer.Ordinal);
        if (referrer.Kind != "RoleBinding" || referrer.Node!.Get("subjects") is not { Kind: YamlKind.List } subjects) return namespaces;
        foreach (var subject in subjects.Content)
        {
            if (subject.Get("namespace") is not { } ns || subject.GetText("kind") != "ServiceAccount") continue;
            if (!ns.IsString) throw new KustomizeException($"Invalid Input: namespace is blank for resource \"{referrer.CurrentId}\"\n");
            namespaces.Add(ns.Value);
        }

        return namespaces;
    }

    /// <summary>One field of one object that may name others.</summary>
    private sealed class Reference(NameReferences all, Resource referrer, string path, Gvk referral, HashSet<string> accounts)
    {
        public void Set(YamlNode node)
        {
            if (node.IsNull) return;
            switch (node.Kind)
            {
                case YamlKind.Scalar: SetScalar(node); break;
                case YamlKind.Map: SetMap(node); break;
                default:
                    foreach (var item in node.Content)
                    {
                        if (item.IsNull) continue;
                        if (item.Kind == YamlKind.Scalar) SetScalar(item);
                        else if (item.Kind == YamlKind.Map) SetMap(item);
                        else throw new KustomizeException("a list is expected to hold either text or maps");
                    }

                    break;
            }
        }

        private void SetScalar(YamlNode node)
        {
            if (Select(node.Value, null, withNamespace: false) is not { } found || found.Name == node.Value) return;

            // It keeps the way it was written, whatever the name looks like.
            node.Become(YamlNode.Scalar(found.Name, form: node.Form));
        }

        private void SetMap(YamlNode node)
        {
            var name = node.Get("name") ?? throw new KustomizeException("path config error; no 'name' field in node");
            var ns = node.Get("namespace");
            if (Select(name.Value, ns is null ? null : ns.Value, withNamespace: true) is not { } found) return;
            var namespaceNow = found.Namespace;
            if (found.Name == name.Value && namespaceNow.Length == 0) return;
            node.Set("name", found.Name);
            if (namespaceNow.Length > 0) node.Set("namespace", namespaceNow);
        }

        private Resource? Select(string name, string? ns, bool withNamespace)
        {
            if (!all._byFormerName.TryGetValue(name, out var named)) return null;
            var candidates = named.FindAll(MayBeReferenced);
            if (ns is not null) candidates = InNamespace(candidates, ns);
            candidates.RemoveAll(r => !r.PreviousIds.Any(id => id.Gvk.IsSelectedBy(referral)));
            if (path.EndsWith("roleRef/name", StringComparison.Ordinal) && RoleReference() is { } role)
                candidates.RemoveAll(r => !r.PreviousIds.Any(id => id.Gvk.IsSelectedBy(role)));
            candidates.RemoveAll(r => !IsInReach(r));
            if (candidates.Count == 1) return candidates[0];
            candidates.RemoveAll(r => !r.HasAffixesOf(referrer, allowNone: true));
            if (candidates.Count > 1) candidates.RemoveAll(r => !r.HasAffixesOf(referrer, allowNone: false));
            if (candidates.Count <= 1) return candidates.Count == 1 ? candidates[0] : null;
            var first = candidates[0];
            if (candidates.TrueForAll(r => r.Name == first.Name && (!withNamespace || r.Namespace == first.Namespace))) return first;
            throw new KustomizeException(
                $"found multiple possible referrals: {string.Join(", ", candidates.Select(Described))}");
        }

        private static string Described(Resource resource) =>
            resource.ReadAt is { } at ? $"{resource.CurrentId} ({at})" : resource.CurrentId.ToString();

        /// <summary>
        /// Original namespaces come first, present ones second, as the object may have been put into another one; which of them decides is
        /// found among all objects, not only those of the name.
        /// </summary>
        private List<Resource> InNamespace(List<Resource> candidates, string ns)
        {
            if (ns == ResId.NoNamespace) return [];
            var isOriginal = all._resources.All.Any(r => MayBeReferenced(r) && r.OriginalId.EffectiveNamespace == ns);
            return candidates.FindAll(r => (isOriginal ? r.OriginalId : r.CurrentId).EffectiveNamespace == ns);
        }

        private bool MayBeReferenced(Resource resource)
        {
            var own = referrer.CurrentId;
            if (own.IsClusterScoped) return true;
            var id = resource.CurrentId;
            return id.IsClusterScoped || id.EffectiveNamespace == own.EffectiveNamespace || accounts.Contains(resource.Namespace);
        }

        private bool IsInReach(Resource resource)
        {
            var own = referrer.CurrentId;
            if (own.IsClusterScoped) return true;
            var id = resource.CurrentId;
            return id.IsClusterScoped || resource.Kind == "ServiceAccount" || own.EffectiveNamespace == id.EffectiveNamespace;
        }

        private Gvk? RoleReference()
        {
            var role = referrer.Node!.Get("roleRef");
            return role?.Get("apiGroup") is { } group && role.Get("kind") is { } kind ? new Gvk(group.Value, "", kind.Value) : null;
        }
    }
}
