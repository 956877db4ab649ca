using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Controllers;

/// <summary>ControllerRevisions: the template history of StatefulSets and DaemonSets.</summary>
internal static class Revisions
{
    public const string HashLabel = "controller-revision-hash";

    /// <summary>The revision of the owner's template now: found, or made. Old ones beyond the history limit go, but those in use.</summary>
    public static KubeObject Current(Cluster cluster, KubeObject owner, IEnumerable<string?> inUse)
    {
        var template = owner.Root["spec"]["template"];
        var data = template.DeepClone();
        data.AsMap()!["$patch"] = "replace";
        var wanted = new MapNode { { "spec", new MapNode { { "template", data } } } };
        var all = cluster.Dependents(owner, "ControllerRevision").OrderBy(Number).ToList();
        var last = all.Count == 0 ? 0 : Number(all[^1]);
        var found = all.FirstOrDefault(r => r.Root["data"] == (Node)wanted);
        if (found is null)
        {
            var hash = Cluster.HashName(template);
            found = cluster.Create(new KubeObject(new MapNode
            {
                { "apiVersion", "apps/v1" },
                { "kind", "ControllerRevision" },
                {
                    "metadata",
                    new MapNode
                    {
                        { "name", owner.Name + "-" + hash }, { "namespace", owner.Namespace }, { "labels", Labels(template, hash) },
                        { "ownerReferences", Cluster.OwnedBy(owner) },
                    }
                },
                { "data", wanted },
                { "revision", last + 1 },
            }));
        }
        else if (Number(found) < last)
        {
            found = cluster.Change(found, root => root["revision"] = last + 1);
        }

        var limit = owner.Root["spec"]["revisionHistoryLimit"].AsInt() ?? 10;
        var used = inUse.OfType<string>().Append(found.Name).ToHashSet(StringComparer.Ordinal);
        var old = all.Where(r => !used.Contains(r.Name) && !used.Contains(r.Labels?[HashLabel].AsString() ?? "")).ToList();
        foreach (var revision in old.Take((int)Math.Max(0, old.Count - limit))) cluster.Delete(revision);
        return found;
    }

    private static long Number(KubeObject revision) => revision.Root["revision"].AsInt() ?? 0;

    private static MapNode Labels(Node template, string hash)
    {
        var labels = template["metadata"]["labels"].AsMap()?.DeepClone() ?? new MapNode();
        labels[HashLabel] = hash;
        return labels;
    }
}
