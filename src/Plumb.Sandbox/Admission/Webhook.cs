using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Admission;

/// <summary>What a webhook is asked about: one operation on one object.</summary>
internal sealed record AdmissionAttributes(ResourceType Type, ServedVersion Version, string Operation, string Subresource, string Namespace,
    string Name, KubeObject? Object, KubeObject? Old);

/// <summary>One webhook of a configuration.</summary>
internal sealed record Webhook(MapNode Spec, bool Mutating)
{
    public string Name => Spec["name"].Text();

    public bool FailsClosed => Spec["failurePolicy"] != "Ignore";

    public TimeSpan Timeout => TimeSpan.FromSeconds(Math.Clamp(Spec["timeoutSeconds"].AsInt() ?? 10, 1, 30));

    /// <summary>All webhooks of one sort, in the order of the names of their configurations.</summary>
    public static IEnumerable<Webhook> All(ISandboxApi api, bool mutating)
    {
        var kind = mutating ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration";
        foreach (var configuration in api.List("admissionregistration.k8s.io", kind, null).OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            foreach (var webhook in configuration.Root["webhooks"].Maps()) yield return new(webhook, mutating);
        }
    }

    /// <summary>Whether rules and selectors choose the operation. Configurations of webhooks are never asked about.</summary>
    public bool Matches(ISandboxApi api, AdmissionAttributes about)
    {
        if (about.Type.Group == "admissionregistration.k8s.io") return false;
        return Spec["rules"].Maps().Any(rule => RuleMatches(rule, about)) && InNamespace(api, about) && ObjectMatches(about);
    }

    private static bool RuleMatches(MapNode rule, AdmissionAttributes about)
    {
        var scope = rule["scope"].AsString() ?? "*";
        return Has(rule["operations"], about.Operation)
            && Has(rule["apiGroups"], about.Type.Group)
            && (Has(rule["apiVersions"], about.Version.Version) || about.Type.Versions.Any(v => Has(rule["apiVersions"], v.Version)))
            && (scope == "*" || (scope == "Namespaced") == about.Type.Namespaced)
            && rule["resources"].Texts().Any(r => ResourceMatches(r, about.Type.Plural, about.Subresource));
    }

    private static bool ResourceMatches(string rule, string plural, string subresource)
    {
        var slash = rule.IndexOf('/');
        var (resource, sub) = slash < 0 ? (rule, "") : (rule[..slash], rule[(slash + 1)..]);
        return (resource == "*" || resource == plural) && (sub == "*" || sub == subresource);
    }

    private bool InNamespace(ISandboxApi api, AdmissionAttributes about)
    {
        var selector = Spec["namespaceSelector"];
        if (selector.AsMap() is null or { Count: 0 }) return true;
        if (about.Type.Is("", "Namespace")) return Selectors.Matches(selector, (about.Object ?? about.Old)?.Labels);
        if (!about.Type.Namespaced) return true;
        return Selectors.Matches(selector, api.Get("", "Namespace", "", about.Namespace)?.Labels);
    }

    private bool ObjectMatches(AdmissionAttributes about)
    {
        var selector = Spec["objectSelector"];
        if (selector.AsMap() is null or { Count: 0 }) return true;
        return (about.Object is { } now && Selectors.Matches(selector, now.Labels))
            || (about.Old is { } old && Selectors.Matches(selector, old.Labels));
    }

    private static bool Has(Node list, string text) => list.Texts().Any(t => t == "*" || t == text);
}
