using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Kinds;

/// <summary>Checks Pods and Pod templates. Source of the rules: Kubernetes <c>pkg/apis/core/validation/validation.go</c>.</summary>
internal static class PodValidation
{
    private const string OnlyAlways = "Always";

    // Everything else of a Pod's spec is fixed once it exists.
    private static readonly string[] MutableFields = ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"];

    /// <summary>Checks the template of a workload.</summary>
    /// <param name="template">The template.</param>
    /// <param name="field">Its path.</param>
    /// <param name="restartPolicies">Allowed policies; the first one stands for "only Always" workloads.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static void ValidateTemplate(Node template, string field, ReadOnlySpan<string> restartPolicies, Faults faults)
    {
        ValidateTemplateMetadata(template, field, faults);
        ValidateSpec(template["spec"], field + ".spec", faults);
        ValidatePolicy(template, field, restartPolicies, faults);
    }

    /// <summary>A template for Pods that always restart.</summary>
    public static void ValidateLongRunning(Node template, string field, Faults faults) =>
        ValidateTemplate(template, field, [OnlyAlways], faults);

    /// <summary>
    /// A StatefulSet's template: the real server leaves its containers unchecked, as their volumes come from the claim templates.
    /// </summary>
    public static void ValidateStateful(Node template, string field, Faults faults)
    {
        ValidateTemplateMetadata(template, field, faults);
        ValidatePolicy(template, field, [OnlyAlways], faults);
    }

    private static void ValidateTemplateMetadata(Node template, string field, Faults faults)
    {
        MetadataRules.ValidateLabels(template["metadata"]["labels"], field + ".labels", faults);
        MetadataRules.ValidateAnnotations(template["metadata"]["annotations"], field + ".annotations", faults);
    }

    private static void ValidatePolicy(Node template, string field, ReadOnlySpan<string> restartPolicies, Faults faults)
    {
        var policy = template["spec"]["restartPolicy"].Text();
        if (restartPolicies.IndexOf(policy) < 0) faults.NotSupported(field + ".spec.restartPolicy", policy, restartPolicies);
    }

    public static void ValidateSpec(Node spec, string field, Faults faults)
    {
        var volumes = ValidateVolumes(spec["volumes"], field + ".volumes", faults);
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (spec["containers"].IsEmpty()) faults.Required(field + ".containers");
        ValidateContainers(spec["containers"], field + ".containers", names, volumes, faults);
        ValidateContainers(spec["initContainers"], field + ".initContainers", names, volumes, faults);
        Among(spec["restartPolicy"], field + ".restartPolicy", ["Always", "OnFailure", "Never"], faults);
        Among(spec["dnsPolicy"], field + ".dnsPolicy", ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"], faults);
        MetadataRules.ValidateLabels(spec["nodeSelector"], field + ".nodeSelector", faults);
        SecurityContexts.ValidatePod(spec, field, faults);
        if (spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"].AsMap() is { } required && required["nodeSelectorTerms"].IsEmpty())
        {
            faults.Required(field + ".affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
                "must have at least one node selector term");
        }

        ValidateTolerations(spec["tolerations"], field + ".tolerations", faults);
        ValidateSpread(spec["topologySpreadConstraints"], field + ".topologySpreadConstraints", faults);
        if (spec["serviceAccountName"].AsString() is { Length: > 0 } account)
        {
            faults.Invalid(field + ".serviceAccountName", account, Formats.DnsSubdomain(account));
        }

        if (spec["activeDeadlineSeconds"].AsInt() is { } deadline and (< 1 or > int.MaxValue))
        {
            faults.Invalid(field + ".activeDeadlineSeconds", deadline, Formats.Range(1, int.MaxValue));
        }

        if (spec["hostname"].AsString() is { Length: > 0 } hostname)
            faults.Invalid(field + ".hostname", hostname, Formats.DnsLabel(hostname));
        if (spec["subdomain"].AsString() is { Length: > 0 } subdomain)
            faults.Invalid(field + ".subdomain", subdomain, Formats.DnsLabel(subdomain));
    }

    /// <summary>What an update of a Pod may not change.</summary>
    public static void ValidateUpdate(MapNode oldSpec, MapNode newSpec, Faults faults)
    {
        if (oldSpec["containers"].AsList()?.Count != newSpec["containers"].AsList()?.Count)
        {
            faults.Forbidden("spec.containers", "pod updates may not add or remove containers");
            return;
        }

        if (oldSpec["initContainers"].AsList()?.Count != newSpec["initContainers"].AsList()?.Count)
        {
            faults.Forbidden("spec.initContainers", "pod updates may not add or remove containers");
            return;
        }

        // The scheduler places a Pod once; nobody moves it.
        if (oldSpec["nodeName"].IsEmpty() || oldSpec["nodeName"] == newSpec["nodeName"])
        {
            if (Comparable(oldSpec).Equals(Comparable(newSpec))) return;
        }

        faults.Forbidden(
            "spec",
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
            + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
    }

    /// <summary>A quantity, not negative.</summary>
    public static void ValidateQuantities(Node resources, string field, Faults faults)
    {
        foreach (var (name, value) in resources.Entries())
        {
            var at = $"{field}[{name}]";
            switch (Amounts.Parse(value))
            {
                case null: faults.Invalid(at, value, Amounts.Problem); break;
                case < 0: faults.Invalid(at, value, "must be greater than or equal to 0"); break;
                default: break;
            }
        }
    }

    private static Node Comparable(MapNode spec)
    {
        var copy = spec.DeepClone();
        foreach (var field in MutableFields) copy.Remove(field);
        copy.Remove("nodeName");
        foreach (var container in copy["containers"].Maps().Concat(copy["initContainers"].Maps())) container.Remove("image");
        return copy;
    }

    private static void ValidateContainers(Node containers, string field, HashSet<string> names, HashSet<string> volumes, Faults faults)
    {
        var i = 0;
        foreach (var container in containers.Maps())
        {
            var at = $"{field}[{i++}]";
            var name = container["name"].Text();
            if (name.Length == 0) faults.Required(at + ".name");
            else if (Formats.DnsLabel(name) is { Count: > 0 } problems) faults.Invalid(at + ".name", name, problems);
            else if (!names.Add(name)) faults.Duplicate(at + ".name", name);

            var image = container["image"].Text();
            if (image.Length == 0) faults.Required(at + ".image");
            else if (image != image.Trim()) faults.Invalid(at + ".image", image, "must not have leading or trailing whitespace");

            Among(container["imagePullPolicy"], at + ".imagePullPolicy", ["Always", "IfNotPresent", "Never"], faults);
            ValidatePorts(container["ports"], at + ".ports", faults);
            ValidateEnvironment(container["env"], at + ".env", faults);
            ValidateMounts(container["volumeMounts"], at + ".volumeMounts", volumes, faults);
            ValidateResources(container["resources"], at + ".resources", faults);
            ValidateLifecycle(container["lifecycle"], at + ".lifecycle", faults);
            foreach (var probe in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
            {
                if (container[probe].AsMap() is { } map) ValidateProbe(map, $"{at}.{probe}", probe, faults);
            }

            SecurityContexts.ValidateContainer(container["securityContext"], at + ".securityContext", faults);
        }
    }

    // Names without a prefix are Kubernetes' own.
    private static void ValidateResourceNames(Node resources, string field, Faults faults)
    {
        foreach (var (name, _) in resources.Entries())
        {
            var at = $"{field}[{name}]";
            faults.Invalid(at, name, Formats.QualifiedName(name));
            if (name.Contains('/') || name is "cpu" or "memory" or "ephemeral-storage" || name.StartsWith("hugepages-", StringComparison.Ordinal)) continue;
            faults.Invalid(at, name, "must be a standard resource type or fully qualified");
            faults.Invalid(at, name, "must be a standard resource for containers");
        }
    }

    private static void ValidateLifecycle(Node lifecycle, string field, Faults faults)
    {
        foreach (var hook in (ReadOnlySpan<string>)["postStart", "preStop"])
        {
            if (lifecycle[hook].AsMap() is not { } handler) continue;
            if (!handler.Any(h => !h.Value.IsNullOrAbsent)) faults.Required($"{field}.{hook}", "must specify a handler type");
        }
    }

    private static void ValidateSpread(Node constraints, string field, Faults faults)
    {
        var i = 0;
        foreach (var constraint in constraints.Maps())
        {
            var at = $"{field}[{i++}]";
            if ((constraint["maxSkew"].AsInt() ?? 0) is var skew and <= 0) faults.Invalid(at + ".maxSkew", skew, "must be greater than zero");
            if (constraint["topologyKey"].IsEmpty()) faults.Required(at + ".topologyKey", "can not be empty");
            if (constraint["whenUnsatisfiable"].Text() is var when and not ("DoNotSchedule" or "ScheduleAnyway"))
                faults.NotSupported(at + ".whenUnsatisfiable", when, "DoNotSchedule", "ScheduleAnyway");
        }
    }

    private static void ValidateProbe(MapNode probe, string field, string which, Faults faults)
    {
        string[] handlers = [.. new[] { "exec", "httpGet", "tcpSocket", "grpc" }.Where(h => !probe[h].IsNullOrAbsent)];
        if (handlers.Length == 0) faults.Required(field, "must specify a handler type");
        foreach (var extra in handlers.Skip(1)) faults.Forbidden($"{field}.{extra}", "may not specify more than 1 handler type");
        foreach (var handler in (ReadOnlySpan<string>)["httpGet", "tcpSocket"])
        {
            if (probe[handler]["port"].AsInt() is { } port and (< 1 or > 65535)) faults.Invalid($"{field}.{handler}.port", port, Formats.Range(1, 65535));
        }

        foreach (var number in (ReadOnlySpan<string>)["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold"])
        {
            if (probe[number].AsInt() is { } value and < 0)
                faults.Invalid($"{field}.{number}", value, "must be greater than or equal to 0");
        }

        if (which != "readinessProbe" && probe["successThreshold"].AsInt() is { } threshold and not 1)
        {
            faults.Invalid(field + ".successThreshold", threshold, "must be 1");
        }
    }

    private static void ValidatePorts(Node ports, string field, Faults faults)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var port in ports.Maps())
        {
            var at = $"{field}[{i++}]";
            if (port["name"].AsString() is { Length: > 0 } name)
            {
                if (Formats.PortName(name) is { Count: > 0 } problems) faults.Invalid(at + ".name", name, problems);
                else if (!names.Add(name)) faults.Duplicate(at + ".name", name);
            }

            if (port["containerPort"].AsInt() is not { } number || number == 0) faults.Required(at + ".containerPort");
            else if (number is < 1 or > 65535) faults.Invalid(at + ".containerPort", number, Formats.Range(1, 65535));
            if (port["hostPort"].AsInt() is { } host and (< 0 or > 65535)) faults.Invalid(at + ".hostPort", host, Formats.Range(1, 65535));
            Among(port["protocol"], at + ".protocol", ["SCTP", "TCP", "UDP"], faults);
        }
    }

    private static void ValidateEnvironment(Node env, string field, Faults faults)
    {
        var i = 0;
        foreach (var variable in env.Maps())
        {
            var at = $"{field}[{i++}]";
            var name = variable["name"].Text();
            if (name.Length == 0) faults.Required(at + ".name");
            else faults.Invalid(at + ".name", name, Formats.EnvName(name));
            if (variable["valueFrom"].AsMap() is not { } from) continue;
            if (!variable["value"].IsEmpty()) faults.Invalid(at + ".valueFrom", "", "may not be specified when `value` is not empty");
            if (from.Count == 0)
            {
                faults.Invalid(
                    at + ".valueFrom",
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
            }

            if (from["fieldRef"]["fieldPath"].AsString() is { } fieldPath && !IsEnvironmentField(fieldPath))
            {
                faults.Invalid(at + ".valueFrom.fieldRef.fieldPath", fieldPath,
                    $"error converting fieldPath: field label not supported: {fieldPath}");
            }

            foreach (var source in (ReadOnlySpan<string>)["configMapKeyRef", "secretKeyRef"])
            {
                if (from[source].AsMap() is { } keyRef && keyRef["key"].IsEmpty()) faults.Required($"{at}.valueFrom.{source}.key");
            }
        }
    }

    private static bool IsEnvironmentField(string path) =>
        path is "metadata.name" or "metadata.namespace" or "metadata.uid" or "spec.nodeName" or "spec.serviceAccountName" or "spec.restartPolicy"
            or "status.hostIP" or "status.hostIPs" or "status.podIP" or "status.podIPs"
        || path.StartsWith("metadata.labels", StringComparison.Ordinal) || path.StartsWith("metadata.annotations", StringComparison.Ordinal);

    private static void ValidateTolerations(Node tolerations, string field, Faults faults)
    {
        var i = 0;
        foreach (var toleration in tolerations.Maps())
        {
            var at = $"{field}[{i++}]";
            if (toleration["key"].IsEmpty() && toleration["operator"].AsString() != "Exists")
            {
                faults.Invalid(at + ".operator", toleration["operator"].Text(),
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }

            if (toleration["effect"].AsString() is { Length: > 0 } effect)
                Among(effect, at + ".effect", ["NoSchedule", "PreferNoSchedule", "NoExecute"], faults);
        }
    }

    private static void ValidateMounts(Node mounts, string field, HashSet<string> volumes, Faults faults)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var mount in mounts.Maps())
        {
            var at = $"{field}[{i++}]";
            var name = mount["name"].Text();
            if (name.Length == 0) faults.Required(at + ".name");
            else if (!volumes.Contains(name)) faults.NotFound(at + ".name", name);
            var path = mount["mountPath"].Text();
            if (path.Length == 0) faults.Required(at + ".mountPath");
            else if (!paths.Add(path)) faults.Invalid(at + ".mountPath", path, "must be unique");
        }
    }

    private static void ValidateResources(Node resources, string field, Faults faults)
    {
        ValidateResourceNames(resources["limits"], field + ".limits", faults);
        ValidateQuantities(resources["limits"], field + ".limits", faults);
        ValidateResourceNames(resources["requests"], field + ".requests", faults);
        ValidateQuantities(resources["requests"], field + ".requests", faults);
        foreach (var (name, value) in resources["requests"].Entries())
        {
            if (Amounts.Parse(value) is not { } request || Amounts.Parse(resources["limits"][name]) is not { } limit) continue;
            if (request > limit)
            {
                faults.Invalid(
                    field + ".requests",
                    value.AsString() ?? value.ToString(),
                    $"must be less than or equal to {name} limit of {resources["limits"][name].AsString() ?? resources["limits"][name].ToString()}");
            }
        }
    }

    private static HashSet<string> ValidateVolumes(Node volumes, string field, Faults faults)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var volume in volumes.Maps())
        {
            var at = $"{field}[{i++}]";
            var name = volume["name"].Text();
            if (name.Length == 0) faults.Required(at + ".name");
            else if (Formats.DnsLabel(name) is { Count: > 0 } problems) faults.Invalid(at + ".name", name, problems);
            else if (!names.Add(name)) faults.Duplicate(at + ".name", name);
            string[] sources = [.. volume.Where(e => e.Key != "name" && !e.Value.IsNullOrAbsent).Select(e => e.Key)];
            foreach (var extra in sources.Skip(1)) faults.Forbidden($"{at}.{extra}", "may not specify more than 1 volume type");
            if (volume["secret"].AsMap() is { } secret && secret["secretName"].IsEmpty()) faults.Required(at + ".secret.secretName");
            if (volume["configMap"].AsMap() is { } map && map["name"].IsEmpty()) faults.Required(at + ".configMap.name");
            if (volume["persistentVolumeClaim"].AsMap() is { } claim && claim["claimName"].IsEmpty())
            {
                faults.Required(at + ".persistentVolumeClaim.claimName");
            }

            if (volume["hostPath"].AsMap() is { } hostPath && hostPath["path"].IsEmpty()) faults.Required(at + ".hostPath.path");
        }

        return names;
    }

    private static void Among(Node value, string field, ReadOnlySpan<string> supported, Faults faults)
    {
        if (value.AsString() is { } text && supported.IndexOf(text) < 0) faults.NotSupported(field, text, supported);
    }
}
