using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Kinds;

/// <summary>Defaults of Pods and Pod templates. Source of the rules: Kubernetes <c>pkg/apis/core/v1/defaults.go</c>.</summary>
internal static class PodDefaults
{
    private const int ReadableByAll = 420; // 0644

    /// <summary>Fills in a Pod template's spec (and a Pod's, before <see cref="ApplyToPod"/>).</summary>
    public static void ApplyToSpec(MapNode spec)
    {
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("restartPolicy", "Always");
        spec.Default("schedulerName", "default-scheduler");
        spec.Default("securityContext", new MapNode());
        spec.Default("terminationGracePeriodSeconds", 30);
        var account = spec["serviceAccountName"].IsEmpty() ? spec["serviceAccount"] : spec["serviceAccountName"];
        if (!account.IsEmpty())
        {
            spec["serviceAccountName"] = account;
            spec["serviceAccount"] = account;
        }

        var hostNetwork = spec["hostNetwork"].AsBool() is true;
        foreach (var container in spec["initContainers"].Maps()) ApplyToContainer(container, hostNetwork);
        foreach (var container in spec["containers"].Maps()) ApplyToContainer(container, hostNetwork);
        foreach (var container in spec["ephemeralContainers"].Maps()) ApplyToContainer(container, hostNetwork);
        foreach (var volume in spec["volumes"].Maps()) ApplyToVolume(volume);
    }

    /// <summary>What holds for Pods but not for templates: admission's defaults, requests from limits, QoS.</summary>
    public static void ApplyToPod(MapNode pod)
    {
        var spec = pod.GetOrAddMap("spec");
        ApplyToSpec(spec);
        spec.Default("enableServiceLinks", true);
        // Empty text is no name: the admission controller fills it in like a missing one.
        if (spec["serviceAccountName"].IsEmpty()) spec["serviceAccountName"] = "default";
        if (spec["serviceAccount"].IsEmpty()) spec["serviceAccount"] = "default";
        spec.Default("priority", 0);
        spec.Default("preemptionPolicy", "PreemptLowerPriority");
        RequestsFromLimits(spec["initContainers"]);
        RequestsFromLimits(spec["containers"]);
        AddTolerations(spec);
        var status = new MapNode { { "phase", "Pending" }, { "qosClass", QosClass(spec) } };
        pod["status"] = status;
    }

    /// <summary>Image pull policy by tag: <c>Always</c> for latest, else <c>IfNotPresent</c>.</summary>
    public static string PullPolicy(string image)
    {
        if (image.Contains('@')) return "IfNotPresent";
        var name = image[(image.LastIndexOf('/') + 1)..];
        var colon = name.IndexOf(':');
        return colon < 0 || name[(colon + 1)..] == "latest" ? "Always" : "IfNotPresent";
    }

    /// <summary><c>Guaranteed</c>, <c>Burstable</c> or <c>BestEffort</c>, by requests and limits of CPU and memory.</summary>
    public static string QosClass(MapNode spec)
    {
        var any = false;
        var guaranteed = true;
        foreach (var container in spec["containers"].Maps().Concat(spec["initContainers"].Maps()))
        {
            var resources = container["resources"];
            foreach (var resource in (ReadOnlySpan<string>)["cpu", "memory"])
            {
                var request = Amounts.Parse(resources["requests"][resource]);
                var limit = Amounts.Parse(resources["limits"][resource]);
                if (request is > 0 || limit is > 0) any = true;
                if (limit is null or 0 || (request is not null && request != limit)) guaranteed = false;
            }
        }

        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static void ApplyToContainer(MapNode container, bool hostNetwork)
    {
        if (container["image"].AsString() is { } image) container.Default("imagePullPolicy", PullPolicy(image));
        container.Default("resources", new MapNode());
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        foreach (var port in container["ports"].Maps())
        {
            port.Default("protocol", "TCP");
            if (hostNetwork) port.Default("hostPort", port["containerPort"]);
        }

        foreach (var probe in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container[probe].AsMap() is { } map) ApplyToProbe(map);
        }

        foreach (var hook in (ReadOnlySpan<string>)["postStart", "preStop"]) ApplyToHttpGet(container["lifecycle"][hook]["httpGet"]);
        foreach (var env in container["env"].Maps())
        {
            if (env["valueFrom"]["fieldRef"].AsMap() is { } fieldRef) fieldRef.Default("apiVersion", "v1");
        }
    }

    private static void ApplyToProbe(MapNode probe)
    {
        probe.Default("timeoutSeconds", 1);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("failureThreshold", 3);
        ApplyToHttpGet(probe["httpGet"]);
        if (probe["grpc"].AsMap() is { } grpc) grpc.Default("service", "");
    }

    private static void ApplyToHttpGet(Node httpGet)
    {
        if (httpGet.AsMap() is not { } map) return;
        map.Default("path", "/");
        map.Default("scheme", "HTTP");
    }

    private static void ApplyToVolume(MapNode volume)
    {
        if (volume.Count <= 1 && volume.ContainsKey("name")) volume["emptyDir"] = new MapNode();
        foreach (var source in (ReadOnlySpan<string>)["secret", "configMap", "downwardAPI", "projected"])
        {
            if (volume[source].AsMap() is { } map) map.Default("defaultMode", ReadableByAll);
        }

        DefaultFieldRefs(volume["downwardAPI"]["items"]);
        foreach (var source in volume["projected"]["sources"].Maps())
        {
            DefaultFieldRefs(source["downwardAPI"]["items"]);
            if (source["serviceAccountToken"].AsMap() is { } token) token.Default("expirationSeconds", 3600);
        }

        if (volume["hostPath"].AsMap() is { } hostPath) hostPath.Default("type", "");
        if (volume["iscsi"].AsMap() is { } iscsi) iscsi.Default("iscsiInterface", "default");
        if (volume["ephemeral"]["volumeClaimTemplate"]["spec"].AsMap() is { } claim) claim.Default("volumeMode", "Filesystem");
    }

    private static void DefaultFieldRefs(Node items)
    {
        foreach (var item in items.Maps())
        {
            if (item["fieldRef"].AsMap() is { } fieldRef) fieldRef.Default("apiVersion", "v1");
        }
    }

    internal static void RequestsFromLimits(Node containers)
    {
        foreach (var container in containers.Maps())
        {
            if (container["resources"]["limits"].AsMap() is not { Count: > 0 } limits) continue;
            var requests = container["resources"].AsMap()!.GetOrAddMap("requests");
            foreach (var (resource, limit) in limits) requests.Default(resource, limit);
        }
    }

    // As the admission plugin DefaultTolerationSeconds.
    private static void AddTolerations(MapNode spec)
    {
        var tolerations = spec["tolerations"].AsList() ?? new ListNode();
        foreach (var key in (ReadOnlySpan<string>)["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
        {
            var there = ((Node)tolerations).Maps().Any(t =>
                (t["key"].IsEmpty() || t["key"].AsString() == key) && (t["effect"].IsEmpty() || t["effect"].AsString() == "NoExecute"));
            if (there) continue;
            tolerations.Add(new MapNode { { "effect", "NoExecute" }, { "key", key }, { "operator", "Exists" }, { "tolerationSeconds", 300 } });
        }

        spec["tolerations"] = tolerations;
    }
}
