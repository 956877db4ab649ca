using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>What all controllers share: the API, the owner index, the Event recorder.</summary>
internal sealed class Cluster
{
    public const string NodeName = "sandbox";
    public const string Manager = "kube-controller-manager";
    public const string Kubelet = "kubelet";

    private const string SuffixLetters = "bcdfghjklmnpqrstvwxz2456789";

    public Cluster(ISandboxApi api, SandboxControllerOptions options)
    {
        Api = api;
        Options = options;
        Events = new EventRecorder(this);
    }

    public ISandboxApi Api { get; }

    public SandboxControllerOptions Options { get; }

    public Owners Owners { get; } = new();

    public EventRecorder Events { get; }

    public TimeProvider Time => Api.Time;

    public DateTimeOffset Now => Api.Time.GetUtcNow();

    /// <summary>The time as Kubernetes writes it: seconds, UTC.</summary>
    public string Timestamp => Format(Now);

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset? ParseTime(Node node) =>
        DateTimeOffset.TryParse(node.AsString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public KubeObject? Get(ObjectKey key) => Api.Get(key.Group, key.Kind, key.Namespace, key.Name);

    /// <summary>The object if it exists and is not being deleted.</summary>
    public KubeObject? GetAlive(ObjectKey key) => Get(key) is { } found && !IsDeleting(found) ? found : null;

    public static bool IsDeleting(KubeObject obj) => !obj.Root["metadata"]["deletionTimestamp"].IsNullOrAbsent;

    public KubeObject Create(KubeObject obj, string manager = Manager)
    {
        var created = Api.Create(obj, manager);
        Owners.Observe(new ObjectEvent(WatchKind.Added, created));
        return created;
    }

    /// <summary>Objects of a kind that are controlled by this owner now, oldest name first.</summary>
    public List<KubeObject> Dependents(KubeObject owner, string kind)
    {
        var found = new List<KubeObject>();
        foreach (var key in Owners.KeysOf(owner.Uid, kind))
        {
            if (Get(key) is { } obj && Owners.ControllerOf(obj)?["uid"].AsString() == owner.Uid) found.Add(obj);
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return found;
    }

    /// <summary>Writes the status if it differs from the stored one. Returns whether it did.</summary>
    public bool SetStatus(KubeObject obj, MapNode status, string manager = Manager)
    {
        if (obj.Root["status"] == status) return false;
        var changed = new KubeObject(obj.Root.DeepClone());
        changed.Root["status"] = status;
        Api.UpdateStatus(changed, manager);
        return true;
    }

    /// <summary>Changes a copy of the object and sends it.</summary>
    public KubeObject Change(KubeObject obj, Action<MapNode> change, string manager = Manager)
    {
        var copy = obj.Root.DeepClone();
        change(copy);
        return Api.Update(new KubeObject(copy), manager);
    }

    public void Delete(KubeObject obj) =>
        Api.Delete(obj.GroupVersionKind.Group, obj.Kind, obj.Namespace, obj.Name, DeletePropagation.Background, obj.Uid);

    /// <summary>A reference by which an object controls its dependents.</summary>
    public static ListNode OwnedBy(KubeObject owner) => new(
    [
        new MapNode
        {
            { "apiVersion", owner.ApiVersion }, { "kind", owner.Kind }, { "name", owner.Name }, { "uid", owner.Uid },
            { "controller", true }, { "blockOwnerDeletion", true },
        },
    ]);

    /// <summary>A Pod from a template, not yet created.</summary>
    public static KubeObject PodFrom(KubeObject owner, Node template, string name)
    {
        var metadata = new MapNode { { "name", name }, { "namespace", owner.Namespace } };
        if (name.EndsWith('-')) metadata["generateName"] = name;
        if (name.EndsWith('-')) metadata["name"] = name + Suffix();
        foreach (var field in (ReadOnlySpan<string>)["labels", "annotations", "finalizers"])
        {
            if (!template["metadata"][field].IsEmpty()) metadata[field] = template["metadata"][field].DeepClone();
        }

        metadata["ownerReferences"] = OwnedBy(owner);
        return new KubeObject(new MapNode
        {
            { "apiVersion", "v1" }, { "kind", "Pod" }, { "metadata", metadata }, { "spec", template["spec"].DeepClone() },
        });
    }

    /// <summary>Five random letters and digits as in generated names.</summary>
    public static string Suffix() => string.Create(5, 0, (span, _) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = SuffixLetters[Random.Shared.Next(SuffixLetters.Length)];
    });

    /// <summary>A short name for content: the same for equal documents, whatever their key order.</summary>
    public static string HashName(Node node)
    {
        var hash = Hash(node, 14695981039346656037UL);
        return string.Create(10, hash, (span, value) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = SuffixLetters[(int)(value % (ulong)SuffixLetters.Length)];
                value /= (ulong)SuffixLetters.Length;
            }
        });
    }

    private static ulong Hash(Node node, ulong hash)
    {
        switch (node.Kind)
        {
            case NodeKind.Map:
                hash = Mix(hash, '{');
                foreach (var (key, value) in node.AsMap()!.OrderBy(e => e.Key, StringComparer.Ordinal)) hash = Hash(value, Hash(key, hash));
                return Mix(hash, '}');
            case NodeKind.List:
                hash = Mix(hash, '[');
                foreach (var item in node.AsList()!) hash = Hash(item, hash);
                return Mix(hash, ']');
            default:
                foreach (var c in node.ToString()) hash = Mix(hash, c);
                return Mix(hash, ',');
        }
    }

    private static ulong Mix(ulong hash, char c) => (hash ^ c) * 1099511628211UL;
}
