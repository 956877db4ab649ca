using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Server.Access.Policy;

/// <summary>Reads a policy from a file: the CSV itself, or a ConfigMap such as Argo CD's <c>argocd-rbac-cm</c>.</summary>
internal static class PolicyFile
{
    /// <summary>Longest file, in bytes; a ConfigMap holds no more.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const string Main = "policy.csv";

    /// <summary>Reads a file's content.</summary>
    /// <param name="file">Its name, for messages and to tell the two forms apart.</param>
    /// <param name="content">Its bytes, UTF-8.</param>
    /// <exception cref="PolicyException">It cannot be used; all faults are named.</exception>
    public static PolicyDocument Read(string file, byte[] content)
    {
        if (content.Length > MaxBytes) throw new PolicyException($"{file}: is larger than 1 MiB; a policy is not");
        var text = Encoding.UTF8.GetString(content).TrimStart('\uFEFF');
        return IsConfigMap(file, text) ? FromConfigMap(file, content) : FromParts([(file, text)], MatchMode.Glob, PolicyDocument.Empty);
    }

    /// <summary>A YAML file by its name, else by what its first line with content says: no line of CSV has a key and a colon first.</summary>
    private static bool IsConfigMap(string file, string text) =>
        Path.GetExtension(file) is ".yaml" or ".yml" or ".json"
        || text.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0 && l[0] != '#') is { } first
            && (first.StartsWith("apiVersion:", StringComparison.Ordinal) || first.StartsWith("kind:", StringComparison.Ordinal)
                || first.StartsWith("---", StringComparison.Ordinal) || first.StartsWith("metadata:", StringComparison.Ordinal));

    private static PolicyDocument FromConfigMap(string file, byte[] content)
    {
        var faults = new List<Diagnostic>();
        var maps = ManifestReader.Read(content, file, faults, new YamlLimits(MaxDepth: 20, MaxNodes: 100_000, MaxBytes: MaxBytes))
            .Where(m => m.Object.Kind == "ConfigMap").ToList();
        if (faults.Find(f => f.Severity == Severity.Error) is { } fault) throw new PolicyException($"{fault.Origin}: {fault.Message}");
        if (maps.Count != 1)
            throw new PolicyException($"{file}: holds {maps.Count} ConfigMaps; a policy is one ConfigMap such as argocd-rbac-cm, or CSV in a file that does not end with .yaml");

        var data = maps[0].Object.Root["data"];
        if (data.AsMap() is not { } entries) return PolicyDocument.Empty;
        foreach (var (key, value) in entries)
        {
            if (value.AsString() is null) throw new PolicyException($"{maps[0].Locate("data", key)}: data[\"{key}\"] must be text; quote it");
        }

        string Text(string key) => entries[key].AsString()?.Trim() ?? "";
        var mode = Text("policy.matchMode") switch
        {
            "" or "glob" => MatchMode.Glob,
            "regex" => MatchMode.Regex,
            var other => throw new PolicyException($"{maps[0].Locate("data", "policy.matchMode")}: policy.matchMode is \"{other}\"; it can be glob or regex"),
        };
        var parts = entries.Keys.Where(k => k == Main || (k.StartsWith("policy.", StringComparison.Ordinal) && k.EndsWith(".csv", StringComparison.Ordinal)))
            .OrderBy(k => k != Main).ThenBy(k => k, StringComparer.Ordinal)
            .Select(k => ($"{file}: data[\"{k}\"]", entries[k].AsString()!)).ToList();
        return FromParts(parts, mode, new PolicyDocument
        {
            DefaultRole = Text("policy.default"),
            Scopes = Text("scopes") is { Length: > 0 } scopes ? ReadScopes(scopes, maps[0]) : PolicyDocument.Empty.Scopes,
        });
    }

    /// <summary>A list in YAML inside the text, or one name.</summary>
    private static IReadOnlyList<string> ReadScopes(string text, Manifest map)
    {
        var faults = new List<Diagnostic>();
        var value = YamlReader.ReadAll(Encoding.UTF8.GetBytes(text), "scopes", faults) is [var only] ? only.Value : Node.Absent;
        if (value.AsString() is { Length: > 0 } one) return [one];
        if (faults.Count == 0 && value.AsList() is { } list && list.All(i => i.AsString() is { Length: > 0 })) return [.. list.Select(i => i.AsString()!)];
        throw new PolicyException($"{map.Locate("data", "scopes")}: scopes is \"{text}\"; write a claim or a list of claims, such as '[groups, email]'");
    }

    private static PolicyDocument FromParts(IReadOnlyList<(string Name, string Csv)> parts, MatchMode mode, PolicyDocument settings)
    {
        var read = parts.Select(p => (p.Name, Policy: PolicyText.Read(p.Csv, mode))).ToList();
        string[] Said(bool errors) => [.. read.SelectMany(r => r.Policy.Faults.Where(f => f.IsError == errors).Select(f => $"{r.Name} line {f.Line}: {f.Message}"))];
        if (Said(errors: true) is { Length: > 0 } faults) throw new PolicyException(string.Join("; ", faults.Take(10)));
        return settings with
        {
            Csv = string.Join("\n", parts.Select(p => p.Csv)),
            Rules = [.. read.SelectMany(r => r.Policy.Rules)],
            Bindings = [.. read.SelectMany(r => r.Policy.Bindings)],
            Warnings = Said(errors: false),
        };
    }
}
