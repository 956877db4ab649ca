using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// Binds claims: to a volume that fits, else to one made up for any storage class that exists, whatever its provisioner
/// (but <c>kubernetes.io/no-provisioner</c>). Volumes whose claim is gone are deleted or released.
/// </summary>
internal sealed class VolumeController(Cluster cluster) : Controller(cluster)
{
    private const string Component = "persistentvolume-controller";

    public override void Observe(ObjectEvent change)
    {
        var obj = change.Object;
        if (Is(obj, "", "PersistentVolumeClaim") || Is(obj, "", "PersistentVolume"))
        {
            Queue.Add(ObjectKey.Of(obj));
            if (Is(obj, "", "PersistentVolumeClaim") && obj.Root["spec"]["volumeName"].AsString() is { Length: > 0 } volume)
            {
                Queue.Add(new("", "PersistentVolume", "", volume));
            }
        }

        // What may be what a pending claim waits for.
        if ((Is(obj, "", "PersistentVolume") || Is(obj, "storage.k8s.io", "StorageClass")) && change.Kind != WatchKind.Deleted)
        {
            foreach (var claim in Cluster.Api.List("", "PersistentVolumeClaim", null))
            {
                if (claim.Root["status"]["phase"].AsString() != "Bound") Queue.Add(ObjectKey.Of(claim));
            }
        }
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } found) return null;
        if (key.Kind == "PersistentVolume") ReconcileVolume(found);
        else ReconcileClaim(found);
        return null;
    }

    private void ReconcileClaim(KubeObject claim)
    {
        if (claim.Root["spec"]["volumeName"].AsString() is { Length: > 0 } named
            && Cluster.Api.Get("", "PersistentVolume", "", named) is { } bound && IsFor(bound, claim))
        {
            Bind(claim, bound);
            return;
        }

        if (claim.Root["status"]["phase"].AsString() == "Bound")
        {
            SetPhase(claim, "Lost");
            return;
        }

        var volume = Cluster.Api.List("", "PersistentVolume", null).Where(v => Fits(v, claim))
            .OrderBy(v => Amounts.Parse(v.Root["spec"]["capacity"]["storage"]) ?? 0).FirstOrDefault() ?? Provision(claim);
        if (volume is not null) Bind(claim, volume);
        else SetPhase(claim, "Pending");
    }

    private static bool IsFor(KubeObject volume, KubeObject claim)
    {
        var reference = volume.Root["spec"]["claimRef"];
        return reference.IsNullOrAbsent
            || (reference["namespace"].AsString() == claim.Namespace && reference["name"].AsString() == claim.Name
            && (reference["uid"].IsEmpty() || reference["uid"].AsString() == claim.Uid));
    }

    private static bool Fits(KubeObject volume, KubeObject claim)
    {
        var has = volume.Root["spec"];
        var wants = claim.Root["spec"];
        if (!IsFor(volume, claim) || Cluster.IsDeleting(volume)) return false;
        if (wants["volumeName"].AsString() is { Length: > 0 } named && named != volume.Name) return false;
        return StorageRules.ClassOf(volume) == StorageRules.ClassOf(claim)
            && wants["accessModes"].Texts().All(m => has["accessModes"].Texts().Contains(m, StringComparer.Ordinal))
            && (Amounts.Parse(has["capacity"]["storage"]) ?? 0) >= (Amounts.Parse(wants["resources"]["requests"]["storage"]) ?? 0)
            && (wants["selector"].IsNullOrAbsent || Selectors.Matches(wants["selector"], volume.Labels));
    }

    private KubeObject? Provision(KubeObject claim)
    {
        if (claim.Root["spec"]["volumeName"].AsString() is { Length: > 0 }) return null;
        var className = StorageRules.ClassOf(claim);
        if (className.Length == 0)
        {
            Cluster.Events.Normal(claim, Component, "FailedBinding",
                "no persistent volumes available for this claim and no storage class is set");
            return null;
        }

        if (Cluster.Api.Get("storage.k8s.io", "StorageClass", "", className) is not { } storageClass)
        {
            Cluster.Events.Warning(claim, Component, "ProvisioningFailed", $"storageclass.storage.k8s.io \"{className}\" not found");
            return null;
        }

        if (storageClass.Root["provisioner"].AsString() == "kubernetes.io/no-provisioner") return null;
        var name = "pvc-" + claim.Uid;
        if (Cluster.Api.Get("", "PersistentVolume", "", name) is { } made) return made;
        var volume = Cluster.Create(new KubeObject(new MapNode
        {
            { "apiVersion", "v1" },
            { "kind", "PersistentVolume" },
            {
                "metadata",
                new MapNode
                {
                    { "name", name },
                    { "annotations", new MapNode { { "pv.kubernetes.io/provisioned-by", storageClass.Root["provisioner"].Text() } } },
                }
            },
            {
                "spec",
                new MapNode
                {
                    { "accessModes", claim.Root["spec"]["accessModes"].DeepClone() },
                    { "capacity", new MapNode { { "storage", claim.Root["spec"]["resources"]["requests"]["storage"] } } },
                    { "claimRef", Reference(claim) },
                    { "hostPath", new MapNode { { "path", "/var/lib/sandbox/" + name } } },
                    { "persistentVolumeReclaimPolicy", storageClass.Root["reclaimPolicy"].AsString() ?? "Delete" },
                    { "storageClassName", className },
                    { "volumeMode", claim.Root["spec"]["volumeMode"].AsString() ?? "Filesystem" },
                }
            },
        }));
        Cluster.Events.Normal(claim, Component, "ProvisioningSucceeded", "Successfully provisioned volume " + name);
        return volume;
    }

    private void Bind(KubeObject claim, KubeObject volume)
    {
        if (volume.Root["spec"]["claimRef"]["uid"].AsString() != claim.Uid)
        {
            volume = Cluster.Change(volume, root => root.GetOrAddMap("spec")["claimRef"] = Reference(claim));
        }

        if (claim.Root["spec"]["volumeName"].AsString() != volume.Name || claim.Annotation("pv.kubernetes.io/bind-completed") != "yes")
        {
            claim = Cluster.Change(claim, root =>
            {
                root.GetOrAddMap("spec")["volumeName"] = volume.Name;
                root.GetOrAddMap("metadata").GetOrAddMap("annotations")["pv.kubernetes.io/bind-completed"] = "yes";
            });
        }

        var requested = claim.Root["spec"]["resources"]["requests"]["storage"];
        if (Amounts.Parse(requested) > Amounts.Parse(volume.Root["spec"]["capacity"]["storage"]))
        {
            // The claim grew: so does the make-believe volume.
            volume = Cluster.Change(volume, root => root.GetOrAddMap("spec").GetOrAddMap("capacity")["storage"] = requested);
        }

        var status = PodState.CloneStatus(claim);
        status["phase"] = "Bound";
        status["accessModes"] = volume.Root["spec"]["accessModes"].DeepClone();
        status["capacity"] = volume.Root["spec"]["capacity"].DeepClone();
        Cluster.SetStatus(claim, status);
        SetPhase(volume, "Bound");
    }

    private void ReconcileVolume(KubeObject volume)
    {
        var reference = volume.Root["spec"]["claimRef"];
        if (reference["uid"].IsEmpty())
        {
            SetPhase(volume, "Available");
            return;
        }

        var claim = Cluster.Api.Get("", "PersistentVolumeClaim", reference["namespace"].Text(), reference["name"].Text());
        if (claim is not null && claim.Uid == reference["uid"].AsString()) return;
        if (volume.Root["spec"]["persistentVolumeReclaimPolicy"].AsString() == "Delete") Cluster.Delete(volume);
        else SetPhase(volume, "Released");
    }

    private void SetPhase(KubeObject obj, string phase)
    {
        var status = PodState.CloneStatus(obj);
        status["phase"] = phase;
        Cluster.SetStatus(obj, status);
    }

    private static MapNode Reference(KubeObject claim) => new()
    {
        { "apiVersion", "v1" }, { "kind", "PersistentVolumeClaim" }, { "name", claim.Name }, { "namespace", claim.Namespace }, { "uid", claim.Uid },
    };
}
