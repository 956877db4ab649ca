using Plumb.Kubernetes.Compare;
using Plumb.Kubernetes.Discovery;
using Plumb.Kubernetes.Inventory;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Manifests.Sync;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Planning;

/// <summary>The form in which a manifest is sent: with its namespace by the kind's scope, its tracking annotation, and nothing that only a server may write.</summary>
internal static class DesiredForm
{
    private static readonly string[] ServersOwn =
        ["creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

    /// <summary>Where the object lives: the id with the namespace that the kind's scope asks for.</summary>
    public static ResourceId Locate(ResourceId id, bool namespaced, ApplicationSpec application) =>
        !namespaced ? id with { Namespace = "" }
        : id.Namespace.Length > 0 ? id
        : id with { Namespace = application.Destination.NamespaceOrDefault };

    /// <summary>The object to send; frozen. The manifest itself when nothing is to be changed.</summary>
    public static KubeObject Of(ManifestResource manifest, ApiResource kind, ApplicationSpec application, Tracking tracking)
    {
        var obj = manifest.Object;
        var id = Locate(manifest.Id, kind.Namespaced, application);
        var annotated = Tracking.AnnotatedBy(obj, kind.Namespaced) == application.Name;
        var tracked = manifest.IsShared || annotated && tracking.IsMarked(obj, application.Name);
        var known = tracked && obj.Namespace == id.Namespace && !HasServersOwn(obj);
        if (known && manifest.Options.Validate) return obj;

        var root = obj.Root.DeepClone();
        var metadata = root.GetOrAddMap("metadata");
        foreach (var field in ServersOwn) metadata.Remove(field);
        root.Remove("status");
        if (kind.Namespaced) metadata["namespace"] = id.Namespace;
        else metadata.Remove("namespace");
        if (!tracked)
        {
            var named = id.Namespace.Length == 0 ? id with { Namespace = application.Destination.NamespaceOrDefault } : id;
            metadata.GetOrAddMap("annotations")[TrackingId.Annotation] = new TrackingId(application.Name, named).ToString();
            tracking.Mark(metadata, application.Name);
        }

        // Validate=false lets fields pass that the kind does not have: a server drops them from a create, but refuses them in an apply.
        if (!manifest.Options.Validate && BuiltInKinds.SchemaOf(kind.Type) is { } schema) SchemaWalk.Prune(root, schema);
        root.Freeze();
        return new KubeObject(root);
    }

    /// <summary>What is sent when the application respects its <c>ignoreDifferences</c>; else the object as it is.</summary>
    public static KubeObject Masked(KubeObject wanted, KubeObject? live, Schema schema, ApplicationSpec application, bool whole = false) =>
        application.SyncPolicy.Has(ApplyMask.Option) ? ApplyMask.Apply(wanted, live, schema, application.IgnoreDifferences, whole) : wanted;

    /// <summary>
    /// The namespace of <c>CreateNamespace=true</c> belongs to nobody: it is made sure of under a field manager of its own, so that
    /// nothing is taken from an application that states it in Git.
    /// </summary>
    public static string FieldManagerOf(ManifestResource manifest) =>
        IsSharedNamespace(manifest) ? Comparison.FieldManager + "-namespace" : Comparison.FieldManager;

    /// <summary>Whether it is the namespace of <c>CreateNamespace=true</c>.</summary>
    public static bool IsSharedNamespace(ManifestResource manifest) => manifest is { IsShared: true, Object.Kind: "Namespace" };

    /// <summary>Whether a namespace has the labels and annotations asked for.</summary>
    public static bool HasMetadata(KubeObject live, KubeObject wanted) =>
        Holds(live.Labels, wanted.Labels) && Holds(live.Annotations, wanted.Annotations);

    private static bool Holds(MapNode? live, MapNode? wanted) => wanted is null || wanted.All(w => live is not null && live[w.Key] == w.Value);

    private static bool HasServersOwn(KubeObject obj)
    {
        if (obj.Root.ContainsKey("status")) return true;
        return obj.Root["metadata"].AsMap() is { } metadata && Array.Exists(ServersOwn, metadata.ContainsKey);
    }
}
