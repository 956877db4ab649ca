using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Compare;

/// <summary>
/// Who owns which fields of a live object, read from <c>metadata.managedFields</c> in place: paths are looked up in the documents of the
/// entries, and only when a walk needs to know.
/// </summary>
internal sealed class Ownership
{
    private readonly List<Node> _others = [];

    public Ownership(KubeObject live, string manager)
    {
        if (live.Root["metadata"]["managedFields"].AsList() is not { } entries) return;
        foreach (var entry in entries)
        {
            var fields = entry["fieldsV1"];
            var isOurs = entry["manager"].AsString() == manager
                && entry["operation"].AsString() == "Apply"
                && entry["subresource"].AsString() is null or "";
            if (!isOurs)
            {
                _others.Add(fields);
                continue;
            }

            Applied = fields;
            AppliedVersion = entry["apiVersion"].AsString() ?? "";
        }
    }

    /// <summary>The fields of our applied configuration; absent when we never applied this object.</summary>
    public Node Applied { get; }

    /// <summary>The version in which <see cref="Applied"/> names fields.</summary>
    public string AppliedVersion { get; } = "";

    /// <summary>
    /// Whether the path belongs to our applied configuration. As another writer who changes or removes a field takes it out of our set,
    /// an owned
    /// field is as the server left it when we last applied.
    /// </summary>
    public bool IsApplied(FieldPath path) => Holds(Applied, path);

    /// <summary>Whether our applied configuration has anything below the path, or the path itself.</summary>
    public bool HasAppliedBelow(FieldPath path)
    {
        var fields = Applied;
        for (var depth = 0; depth < path.Depth; depth++) fields = fields[path.OwnershipKey(depth)];
        return !fields.IsAbsent;
    }

    /// <summary>
    /// Whether someone else owns the path too (another manager, or we by an update), so that it stays when we let go of it.
    /// </summary>
    public bool IsOwnedByOthers(FieldPath path)
    {
        foreach (var fields in _others)
        {
            if (Holds(fields, path)) return true;
        }

        return false;
    }

    private static bool Holds(Node fields, FieldPath path)
    {
        if (fields.AsMap() is null) return false;
        for (var depth = 0; depth < path.Depth; depth++)
        {
            fields = fields[path.OwnershipKey(depth)];
            if (fields.AsMap() is not { } below) return false;
            if (below.Count == 0) return true; // A leaf: what is below it belongs to it as a whole.
        }

        return path.Depth > 0;
    }
}
