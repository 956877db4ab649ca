using System.Text;
using Plumb.Manifests.Cel;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Applications;

/// <summary>
/// Reads rules for health: <c>HealthCheck</c> of <c>plumb.dev/v1</c>, and the keys <c>resource.customizations…</c> of Argo CD's ConfigMap
/// <c>argocd-cm</c> as its settings do. CEL is checked here; a Lua script is when it first runs.
/// </summary>
public static class HealthCheckReader
{
    private const string Group = "plumb.dev";
    private const string Customizations = "resource.customizations";
    private const int LongestScript = 256 << 10;

    /// <summary>Whether Plumb takes the object as a health rule instead of sending it to a cluster.</summary>
    public static bool IsHealthCheck(KubeObject value) => value.GroupVersionKind is { Group: Group, Kind: "HealthCheck" };

    /// <summary>Whether it is Argo CD's settings, which are sent to the cluster all the same.</summary>
    public static bool IsArgoSettings(KubeObject value) =>
        value.GroupVersionKind is { Group: "", Kind: "ConfigMap" } && value.Name == "argocd-cm"
        && (value.Root["data"].AsMap() ?? []).Any(e => e.Key.StartsWith(Customizations, StringComparison.Ordinal));

    /// <summary>Reads a <c>HealthCheck</c>; null when it has errors.</summary>
    public static HealthRuleSet? Read(Manifest manifest, ICollection<Diagnostic> diagnostics)
    {
        var faults = new List<Diagnostic>();
        var root = new FieldReader(manifest, manifest.Object.Root, [], faults);
        root.Ignore("apiVersion", "kind", "metadata", "status");
        if (manifest.Object.ApiVersion != Group + "/v1") root.Error("apiVersion", $"is {manifest.Object.ApiVersion}; Plumb reads {Group}/v1");
        if (manifest.Object.Name.Length == 0) root.Error("metadata", "has no name");
        var rules = new List<HealthRule>();
        if (root.Map("spec") is { } spec)
        {
            if (spec.Maps("checks") is { } checks)
            {
                foreach (var check in checks) rules.Add(Rule(check, manifest.Origin));
                spec.Finish();
            }
            else
            {
                rules.Add(Rule(spec, manifest.Origin));
            }
        }
        else
        {
            root.Error("spec", "is missing");
        }

        root.Finish();
        foreach (var fault in faults) diagnostics.Add(fault);
        return faults.TrueForAll(f => f.Severity != Severity.Error)
            ? new HealthRuleSet(manifest.Object.Name, rules, manifest.Origin, CanonicalJson.Digest(manifest.Object.Root))
            : null;
    }

    private static HealthRule Rule(FieldReader spec, Origin origin)
    {
        var rule = new HealthRule
        {
            Group = spec.Text("group"), Kind = spec.Required("kind"), Version = spec.Text("version"), Origin = origin,
            Lua = spec.Text("lua") is { Length: > 0 } lua ? lua : null, UseOpenLibs = spec.Flag("useOpenLibs", true),
        };
        if (rule.Lua?.Length > LongestScript) spec.Error("lua", $"is longer than {LongestScript} characters");
        if (spec.Map("cel") is { } cel)
        {
            if (rule.Lua is not null) spec.Error("cel", "cannot be given together with lua; remove one");
            rule = rule with { Current = Expression(cel, "current"), InProgress = Expression(cel, "inProgress"), Failed = Expression(cel, "failed") };
            if (rule.Current is null) cel.Error("current", "is missing");
            cel.Finish();
        }
        else if (rule.Lua is null)
        {
            spec.Error("lua", "is missing; give lua or cel");
        }

        spec.Finish();
        return rule;
    }

    private static string? Expression(FieldReader cel, string field)
    {
        if (cel.Text(field) is not { Length: > 0 } text) return null;
        if (CelProgram.Parse(text).Error is { } error) cel.Error(field, $"is no CEL expression: {error}");
        return text;
    }

    /// <summary>
    /// The rules of <c>argocd-cm</c>: exact kinds before patterns, as there. A key that cannot be read is warned of, and the others hold.
    /// </summary>
    public static HealthRuleSet ReadArgoSettings(Manifest manifest, ICollection<Diagnostic> diagnostics)
    {
        var found = new Dictionary<string, (string Lua, bool Open)>(StringComparer.Ordinal);
        var data = manifest.Object.Root["data"].AsMap() ?? [];
        if (data[Customizations].AsString() is { Length: > 0 } block) ReadBlock(block, manifest, found, diagnostics);
        foreach (var (key, value) in data)
        {
            var parts = key.Split('.', 4);
            if (parts.Length < 4 || !key.StartsWith(Customizations + ".", StringComparison.Ordinal) || value.AsString() is not { } text) continue;
            var target = parts[3] == "all" ? "*/*" : parts[3].Replace('_', '/');
            if (target.Count(c => c == '/') > 1 || target.Length == 0)
            {
                Warn($"{key}: expected GROUP_KIND or KIND after the last of its parts; it is ignored");
                continue;
            }

            var known = found.GetValueOrDefault(target, ("", false));
            if (parts[2] == "health") found[target] = (text, known.Item2);
            else if (parts[2] == "useOpenLibs" && bool.TryParse(text, out var open)) found[target] = (known.Item1, open);
            else if (parts[2] == "useOpenLibs") Warn($"{key}: expected true or false, not \"{text}\"; it is ignored");
        }

        var rules = found.Where(f => f.Value.Lua.Length > 0)
            .OrderBy(f => f.Key.AsSpan().ContainsAny('*', '?') ? 1 : 0).ThenByDescending(f => f.Key.Length).ThenBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => RuleOf(f.Key, f.Value.Lua, f.Value.Open, manifest.Origin)).ToList();
        var origin = manifest.Locate("data", FirstKey(data));
        return new HealthRuleSet("argocd-cm", rules, origin, CanonicalJson.Digest(data)) { IsArgoSettings = true };

        void Warn(string words) => diagnostics.Add(Diagnostic.Warning(manifest.Origin, $"ConfigMap/argocd-cm: data.{words}"));
    }

    /// <summary>Where a person looks for the rules; there is one, or these were no settings.</summary>
    private static string FirstKey(MapNode data) => data.First(e => e.Key.StartsWith(Customizations, StringComparison.Ordinal)).Key;

    private static HealthRule RuleOf(string key, string lua, bool open, Origin origin)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return new HealthRule
        {
            // There a pattern is held against GROUP/KIND, which for the core group is KIND alone.
            Group = slash < 0 ? (key == "*" ? "*" : "") : key[..slash] == "*" ? "?*" : key[..slash], Kind = key[(slash + 1)..], Lua = lua, UseOpenLibs = open, Origin = origin,
        };
    }

    /// <summary>The older form: one YAML text with a map of GROUP/KIND.</summary>
    private static void ReadBlock(
        string block, Manifest manifest, Dictionary<string, (string Lua, bool Open)> found, ICollection<Diagnostic> diagnostics)
    {
        var faults = new List<Diagnostic>();
        var map = YamlReader.ReadAll(Encoding.UTF8.GetBytes(block), Customizations, faults).FirstOrDefault()?.Value.AsMap();
        foreach (var fault in faults) diagnostics.Add(Diagnostic.Warning(manifest.Origin, $"ConfigMap/argocd-cm: data.{fault}"));
        foreach (var (key, entry) in map ?? [])
        {
            if (entry["health.lua"].AsString() is { Length: > 0 } lua) found[key] = (lua, entry["health.lua.useOpenLibs"].AsBool() ?? false);
        }
    }
}
