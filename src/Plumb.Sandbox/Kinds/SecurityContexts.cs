using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Kinds;

/// <summary>Checks of who a Pod's processes are (Kubernetes <c>pkg/apis/core/validation</c>, <c>ValidateSecurityContext</c>).</summary>
internal static class SecurityContexts
{
    private static readonly string[] SeccompTypes = ["Localhost", "RuntimeDefault", "Unconfined"];

    /// <summary>That of the Pod.</summary>
    public static void ValidatePod(Node spec, string field, Faults faults)
    {
        if (spec["shareProcessNamespace"].AsBool() == true && spec["hostPID"].AsBool() == true)
        {
            // In its internal form it is a part of the security context.
            faults.Invalid(field + ".securityContext.shareProcessNamespace", true, "ShareProcessNamespace and HostPID cannot both be enabled");
        }

        if (spec["securityContext"].AsMap() is not { } context) return;
        field += ".securityContext";
        foreach (var id in (ReadOnlySpan<string>)["fsGroup", "runAsUser", "runAsGroup"]) ValidateId(context[id], $"{field}.{id}", faults);
        var i = 0;
        foreach (var group in context["supplementalGroups"].AsList() ?? []) ValidateId(group, $"{field}.supplementalGroups[{i++}]", faults);
        if (context["fsGroupChangePolicy"].AsString() is { } policy and not ("Always" or "OnRootMismatch"))
            faults.NotSupported(field + ".fsGroupChangePolicy", policy, "Always", "OnRootMismatch");
        ValidateSeccomp(context["seccompProfile"], field + ".seccompProfile", faults);
    }

    /// <summary>That of a container.</summary>
    public static void ValidateContainer(Node context, string field, Faults faults)
    {
        if (context.AsMap() is null) return;
        ValidateId(context["runAsUser"], field + ".runAsUser", faults);
        ValidateId(context["runAsGroup"], field + ".runAsGroup", faults);
        if (context["procMount"].AsString() is { } mount and not ("Default" or "Unmasked"))
            faults.NotSupported(field + ".procMount", mount, "Default", "Unmasked");
        ValidateSeccomp(context["seccompProfile"], field + ".seccompProfile", faults);
        if (context["allowPrivilegeEscalation"].AsBool() != false) return;
        if (context["privileged"].AsBool() == true)
            faults.Invalid(field, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        if (context["capabilities"]["add"].Texts().Contains("CAP_SYS_ADMIN"))
            faults.Invalid(field, context, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }

    private static void ValidateId(Node id, string field, Faults faults)
    {
        if (id.AsInt() is { } number and (< 0 or > int.MaxValue)) faults.Invalid(field, number, Formats.Range(0, int.MaxValue));
    }

    private static void ValidateSeccomp(Node profile, string field, Faults faults)
    {
        if (profile.AsMap() is null) return;
        var type = profile["type"].Text();
        if (type.Length == 0) faults.Required(field + ".type", "type is required when seccompProfile is set");
        else if (!SeccompTypes.Contains(type)) faults.NotSupported(field + ".type", type, SeccompTypes);
        var file = profile["localhostProfile"].AsString();
        if (type == "Localhost" && file is null) faults.Required(field + ".localhostProfile", "must be set when seccomp type is Localhost");
        if (type != "Localhost" && file is not null)
            faults.Invalid(field + ".localhostProfile", profile, "can only be set when seccomp type is Localhost");
    }
}
