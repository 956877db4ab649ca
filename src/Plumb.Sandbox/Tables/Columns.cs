using Plumb.Manifests.Documents;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Tables;

/// <summary>One column: how it is described and how a cell is made. Priority 0 is always shown, others with <c>-o wide</c>.</summary>
internal sealed record Column(string Name, Func<Node, DateTimeOffset, Node> Cell, int Priority = 0, string Type = "string",
    string Format = "")
{
    public string Description { get; init; } = "";
}

/// <summary>The columns that <c>kubectl get</c> shows of each kind (kubernetes <c>pkg/printers/internalversion</c>).</summary>
internal static class Columns
{
    private static readonly Column Name = new("Name", (o, _) => Cells.Text(o, "metadata", "name"), Format: "name");
    private static readonly Column Age = new("Age", (o, now) => Cells.Age(o["metadata"]["creationTimestamp"], now));

    public static IReadOnlyList<Column> Of(ResourceType type, ServedVersion version)
    {
        if (type.IsCustom) return Custom(version);
        return (type.Group, type.Kind) switch
        {
            ("", "Pod") => Pods,
            ("", "Service") => Services,
            ("", "ConfigMap") => [Name, new("Data", (o, _) => Count(o["data"]) + Count(o["binaryData"]), 0, "string"), Age],
            ("", "Secret") => [Name, Text("Type", "type"), new("Data", (o, _) => Count(o["data"])), Age],
            ("", "Namespace") => [Name, new("Status", (o, _) => Cells.Text(o, "status", "phase")), Age],
            ("", "Node") => Nodes,
            ("", "PersistentVolumeClaim") => VolumeClaims,
            ("", "PersistentVolume") => Volumes,
            ("", "ServiceAccount") => [Name, new("Secrets", (o, _) => Count(o["secrets"])), Age],
            ("" or "events.k8s.io", "Event") => Events,
            ("", "Endpoints") => [Name, new("Endpoints", (o, _) => Cells.Endpoints(o)), Age],
            ("", "ReplicationController") or ("apps", "ReplicaSet") => ReplicaSets,
            ("apps", "Deployment") => Deployments,
            ("apps", "StatefulSet") => [Name, new("Ready", (o, _) => Cells.ReadyOf(o)), Age, .. Containers],
            ("apps", "DaemonSet") => DaemonSets,
            ("batch", "Job") => Jobs,
            ("batch", "CronJob") => CronJobs,
            ("networking.k8s.io", "Ingress") => Ingresses,
            ("networking.k8s.io", "NetworkPolicy") => [Name, new("Pod-Selector", (o, _) => Cells.Selector(o["spec"]["podSelector"])), Age],
            ("networking.k8s.io", "IngressClass") =>
                [Name, Text("Controller", "spec", "controller"), new("Parameters", (o, _) => PolicyCells.Parameters(o["spec"]["parameters"])), Age],
            ("policy", "PodDisruptionBudget") => DisruptionBudgets,
            ("autoscaling", "HorizontalPodAutoscaler") => Autoscalers,
            ("storage.k8s.io", "StorageClass") => StorageClasses,
            ("rbac.authorization.k8s.io", "Role" or "ClusterRole") =>
                [Name, new("Created At", (o, _) => Cells.Text(o, "metadata", "creationTimestamp"), 0, "date")],
            ("rbac.authorization.k8s.io", "RoleBinding" or "ClusterRoleBinding") =>
                Bindings,
            ("apiextensions.k8s.io", "CustomResourceDefinition") =>
                [Name, new("Created At", (o, _) => Cells.Text(o, "metadata", "creationTimestamp"), 0, "date")],
            ("", "ResourceQuota") =>
                [Name, new("Request", (o, _) => Cells.Quota(o, limits: false)), new("Limit", (o, _) => Cells.Quota(o, limits: true)), Age],
            ("coordination.k8s.io", "Lease") => [Name, Text("Holder", "spec", "holderIdentity"), Age],
            ("scheduling.k8s.io", "PriorityClass") =>
                [Name, new("Value", (o, _) => o["value"].AsInt() ?? 0, 0, "integer"),
                    new("Global-Default", (o, _) => o["globalDefault"].AsBool() ?? false, 0, "boolean"), Age, Text("PreemptionPolicy", "preemptionPolicy")],
            ("", "PodTemplate") => [Name, .. TemplateContainers, new("Pod Labels", (o, _) => Cells.Labels(o["template"]["metadata"]["labels"].AsMap()))],
            ("", "ComponentStatus") => [Name, new("Status", (_, _) => "Healthy"), new("Message", (_, _) => "ok"), new("Error", (_, _) => "")],
            ("", "LimitRange") => [Name, CreatedAt],
            _ => ClusterColumns.Of(type, Name, Age) ?? [Name, CreatedAt],
        };
    }

    // Kinds without columns of their own show this, as the API machinery's default does.
    private static Column CreatedAt => new("Created At", (o, _) => Cells.Text(o, "metadata", "creationTimestamp"), 0, "date");

    private static IReadOnlyList<Column> Bindings =>
    [
        Name,
        new("Role", (o, _) => $"{o["roleRef"]["kind"].AsString()}/{o["roleRef"]["name"].AsString()}"),
        Age,
        new("Users", (o, _) => PolicyCells.Subjects(o, "User"), 1),
        new("Groups", (o, _) => PolicyCells.Subjects(o, "Group"), 1),
        new("ServiceAccounts", (o, _) => PolicyCells.Subjects(o, "ServiceAccount"), 1),
    ];

    private static Column[] TemplateContainers =>
    [
        new("Containers", (o, _) => Cells.Join(o.At("template", "spec", "containers"), "name")),
        new("Images", (o, _) => Cells.Join(o.At("template", "spec", "containers"), "image")),
    ];

    private static Column[] CronContainers =>
    [
        new("Containers", (o, _) => Cells.Join(o.At("spec", "jobTemplate", "spec", "template", "spec", "containers"), "name"), 1),
        new("Images", (o, _) => Cells.Join(o.At("spec", "jobTemplate", "spec", "template", "spec", "containers"), "image"), 1),
        new("Selector", (o, _) => Cells.Selector(o.At("spec", "jobTemplate", "spec", "selector")), 1),
    ];

    private static Column[] Containers =>
    [
        new("Containers", (o, _) => Cells.Join(o.At("spec", "template", "spec", "containers"), "name"), 1),
        new("Images", (o, _) => Cells.Join(o.At("spec", "template", "spec", "containers"), "image"), 1),
    ];

    private static Column Selector => new("Selector", (o, _) => Cells.Selector(o["spec"]["selector"]), 1);

    private static IReadOnlyList<Column> Pods =>
    [
        Name,
        new("Ready", (o, _) => PodCells.Ready(o)),
        new("Status", (o, _) => PodCells.Status(o)),
        new("Restarts", (o, now) => PodCells.Restarts(o, now)),
        Age,
        new("IP", (o, _) => Cells.OrNone(o["status"]["podIP"]), 1),
        new("Node", (o, _) => Cells.OrNone(o["spec"]["nodeName"]), 1),
        new("Nominated Node", (o, _) => Cells.OrNone(o["status"]["nominatedNodeName"]), 1),
        new("Readiness Gates", (o, _) => PodCells.ReadinessGates(o), 1),
    ];

    private static IReadOnlyList<Column> Deployments =>
    [
        Name,
        new("Ready", (o, _) => Cells.ReadyOf(o)),
        Number("Up-to-date", "status", "updatedReplicas") with { Type = "string" },
        Number("Available", "status", "availableReplicas") with { Type = "string" },
        Age,
        .. Containers,
        Selector,
    ];

    private static IReadOnlyList<Column> ReplicaSets =>
    [
        Name,
        Number("Desired", "spec", "replicas"),
        Number("Current", "status", "replicas"),
        Number("Ready", "status", "readyReplicas"),
        Age,
        .. Containers,
        Selector,
    ];

    private static IReadOnlyList<Column> DaemonSets =>
    [
        Name,
        Number("Desired", "status", "desiredNumberScheduled"),
        Number("Current", "status", "currentNumberScheduled"),
        Number("Ready", "status", "numberReady"),
        Number("Up-to-date", "status", "updatedNumberScheduled"),
        Number("Available", "status", "numberAvailable"),
        new("Node Selector", (o, _) => Cells.Labels(o.At("spec", "template", "spec", "nodeSelector").AsMap())),
        Age,
        .. Containers,
        Selector,
    ];

    private static IReadOnlyList<Column> Jobs =>
    [
        Name,
        new("Status", (o, _) => Cells.JobStatus(o)),
        new("Completions", (o, _) => Cells.JobCompletions(o)),
        new("Duration", (o, now) => Cells.JobDuration(o, now)),
        Age,
        .. Containers,
        Selector,
    ];

    private static IReadOnlyList<Column> CronJobs =>
    [
        Name,
        Text("Schedule", "spec", "schedule"),
        new("Timezone", (o, _) => Cells.OrNone(o["spec"]["timeZone"])),
        new("Suspend", (o, _) => o["spec"]["suspend"].AsBool() == true ? "True" : "False", 0, "boolean"),
        new("Active", (o, _) => Count(o["status"]["active"]), 0, "integer"),
        new("Last Schedule", (o, now) => o["status"]["lastScheduleTime"].IsNullOrAbsent ? "<none>" : Cells.Age(o["status"]["lastScheduleTime"], now)),
        Age,
        .. CronContainers,
    ];

    private static IReadOnlyList<Column> Services =>
    [
        Name,
        Text("Type", "spec", "type"),
        new("Cluster-IP", (o, _) => Cells.OrNone(o["spec"]["clusterIP"])),
        new("External-IP", (o, _) => ServiceCells.ExternalIp(o)),
        new("Port(s)", (o, _) => ServiceCells.Ports(o)),
        Age,
        new("Selector", (o, _) => Cells.Labels(o["spec"]["selector"].AsMap()), 1),
    ];

    private static IReadOnlyList<Column> Ingresses =>
    [
        Name,
        new("Class", (o, _) => Cells.OrNone(o["spec"]["ingressClassName"])),
        new("Hosts", (o, _) => ServiceCells.Hosts(o)),
        new("Address", (o, _) => ServiceCells.Addresses(o)),
        new("Ports", (o, _) => o["spec"]["tls"].AsList() is { Count: > 0 } ? "80, 443" : "80"),
        Age,
    ];

    private static IReadOnlyList<Column> Nodes =>
    [
        Name,
        new("Status", (o, _) => Cells.NodeStatus(o)),
        new("Roles", (o, _) => Cells.NodeRoles(o)),
        Age,
        Text("Version", "status", "nodeInfo", "kubeletVersion"),
        new("Internal-IP", (o, _) => Cells.NodeAddress(o, "InternalIP"), 1),
        new("External-IP", (o, _) => Cells.NodeAddress(o, "ExternalIP"), 1),
        new("OS-Image", (o, _) => Cells.OrUnknown(o["status"]["nodeInfo"]["osImage"]), 1),
        new("Kernel-Version", (o, _) => Cells.OrUnknown(o["status"]["nodeInfo"]["kernelVersion"]), 1),
        new("Container-Runtime", (o, _) => Cells.OrUnknown(o["status"]["nodeInfo"]["containerRuntimeVersion"]), 1),
    ];

    private static IReadOnlyList<Column> VolumeClaims =>
    [
        Name,
        new("Status", (o, _) => VolumeCells.Phase(o)),
        Text("Volume", "spec", "volumeName"),
        new("Capacity", (o, _) => VolumeCells.IsBound(o) ? Cells.Text(o, "status", "capacity", "storage") : ""),
        new("Access Modes", (o, _) => VolumeCells.IsBound(o) ? VolumeCells.AccessModes(o["status"]["accessModes"]) : ""),
        new("StorageClass", (o, _) => VolumeCells.StorageClass(o)),
        new("VolumeAttributesClass", (o, _) => Cells.OrUnset(o["spec"]["volumeAttributesClassName"])),
        Age,
        new("VolumeMode", (o, _) => Cells.OrUnset(o["spec"]["volumeMode"]), 1),
    ];

    private static IReadOnlyList<Column> Volumes =>
    [
        Name,
        Text("Capacity", "spec", "capacity", "storage"),
        new("Access Modes", (o, _) => VolumeCells.AccessModes(o["spec"]["accessModes"])),
        Text("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"),
        new("Status", (o, _) => VolumeCells.Phase(o)),
        new("Claim", (o, _) => o["spec"]["claimRef"].AsMap() is null ? "" : Cells.Text(o, "spec", "claimRef", "namespace") + "/" +
            Cells.Text(o, "spec", "claimRef", "name")),
        new("StorageClass", (o, _) => VolumeCells.StorageClass(o)),
        new("VolumeAttributesClass", (o, _) => Cells.OrUnset(o["spec"]["volumeAttributesClassName"])),
        Text("Reason", "status", "reason"),
        Age,
        new("VolumeMode", (o, _) => Cells.OrUnset(o["spec"]["volumeMode"]), 1),
    ];

    private static IReadOnlyList<Column> Events =>
    [
        new("Last Seen", (o, now) => Cells.Age(Cells.FirstOf(o["lastTimestamp"], o["series"]["lastObservedTime"], o["eventTime"],
            o["deprecatedLastTimestamp"], o["metadata"]["creationTimestamp"]), now)),
        Text("Type", "type"),
        Text("Reason", "reason"),
        new("Object", (o, _) => Cells.EventObject(Cells.FirstOf(o["involvedObject"], o["regarding"]))),
        new("Subobject", (o, _) => Cells.FirstOf(o["involvedObject"], o["regarding"])["fieldPath"].AsString() ?? "", 1),
        new("Source", (o, _) => Cells.EventSource(o), 1),
        new("Message", (o, _) => (Cells.FirstOf(o["message"], o["note"]).AsString() ?? "").Trim()),
        new("First Seen", (o, now) => Cells.Age(Cells.FirstOf(o["firstTimestamp"], o["eventTime"]), now), 1),
        new("Count", (o, _) => Cells.FirstOf(o["count"], o["deprecatedCount"]).AsInt() ?? 1, 1, "string"),
        new("Name", (o, _) => Cells.Text(o, "metadata", "name"), 1, "string", "name"),
    ];

    private static IReadOnlyList<Column> DisruptionBudgets =>
    [
        Name,
        new("Min Available", (o, _) => Cells.OrNotAvailable(o["spec"]["minAvailable"])),
        new("Max Unavailable", (o, _) => Cells.OrNotAvailable(o["spec"]["maxUnavailable"])),
        Number("Allowed Disruptions", "status", "disruptionsAllowed"),
        Age,
    ];

    private static IReadOnlyList<Column> Autoscalers =>
    [
        Name,
        new("Reference", (o, _) => Cells.Text(o, "spec", "scaleTargetRef", "kind") + "/" + Cells.Text(o, "spec", "scaleTargetRef", "name")),
        new("Targets", (o, _) => PolicyCells.Targets(o)),
        new("MinPods", (o, _) => o["spec"]["minReplicas"].AsInt()?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "<unset>"),
        new("MaxPods", (o, _) => o["spec"]["maxReplicas"].AsInt() ?? 0),
        new("Replicas", (o, _) => o["status"]["currentReplicas"].AsInt() ?? 0),
        Age,
    ];

    private static IReadOnlyList<Column> StorageClasses =>
    [
        new("Name", (o, _) => Cells.Text(o, "metadata", "name") +
            (o["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true" ? " (default)" : ""), Format: "name"),
        Text("Provisioner", "provisioner"),
        new("ReclaimPolicy", (o, _) => o["reclaimPolicy"].AsString() ?? "Delete"),
        new("VolumeBindingMode", (o, _) => o["volumeBindingMode"].AsString() ?? "Immediate"),
        new("AllowVolumeExpansion", (o, _) => o["allowVolumeExpansion"].AsBool() ?? false),
        Age,
    ];

    private static IReadOnlyList<Column> Custom(ServedVersion version)
    {
        if (version.Columns.Count == 0) return [Name, Age with { Type = "date" }];
        return
        [
            Name,
            .. version.Columns.Select(c => new Column(
                c.Name, (o, now) => JsonPathCell.Of(o, c.JsonPath, c.Type, now), c.Priority, c.Type, c.Format) { Description = c.Description }),
        ];
    }

    private static Column Text(string name, params string[] path) => new(name, (o, _) => Cells.Text(o, path));

    private static Column Number(string name, params string[] path) => new(name, (o, _) => o.At(path).AsInt() ?? 0, 0, "integer");

    private static long Count(Node node) => node.AsMap()?.Count ?? node.AsList()?.Count ?? 0;
}
