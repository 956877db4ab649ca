using System.Security.Cryptography;
using System.Text;
using Plumb.GoTemplate.Functions.Json;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Charts;

/// <summary><c>Chart.lock</c>, or <c>requirements.lock</c> of charts of the first version (<c>pkg/chart/v2/dependency.go</c>).</summary>
/// <param name="Digest">Of what was declared and what was found for it: <c>sha256:…</c>.</param>
/// <param name="Dependencies">What was found: exact versions.</param>
public sealed record ChartLock(string Digest, IReadOnlyList<ChartDependency> Dependencies)
{
    /// <summary>
    /// Whether the lock was made from these declarations (<c>resolver.HashReq</c>, and <c>HashV2Req</c> for those that Helm 2 made).
    /// </summary>
    public bool IsInStepWith(IReadOnlyList<ChartDependency> declared, string apiVersion)
    {
        if (Hash($"[{Written(declared)},{Written(Dependencies)}]") == Digest) return true;
        return apiVersion == "v1" && Hash($"{{\"dependencies\":{Written(declared)}}}") == Digest;
    }

    private static string Hash(string json) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));

    /// <summary>As Go's encoding/json writes <c>[]*Dependency</c>.</summary>
    private static string Written(IReadOnlyList<ChartDependency> dependencies) => $"[{string.Join(',', dependencies.Select(Written))}]";

    private static string Written(ChartDependency dependency)
    {
        var fields = new List<string> { $"\"name\":{Text(dependency.Name)}" };
        if (dependency.Version.Length > 0) fields.Add($"\"version\":{Text(dependency.Version)}");
        fields.Add($"\"repository\":{Text(dependency.Repository)}");
        if (dependency.Condition.Length > 0) fields.Add($"\"condition\":{Text(dependency.Condition)}");
        if (dependency.Tags.Count > 0) fields.Add($"\"tags\":[{string.Join(',', dependency.Tags.Select(Text))}]");
        if (dependency.Enabled) fields.Add("\"enabled\":true");
        if (dependency.ImportValues.Count > 0) fields.Add($"\"import-values\":[{string.Join(',', dependency.ImportValues.Select(v => Json(v)))}]");
        if (dependency.Alias.Length > 0) fields.Add($"\"alias\":{Text(dependency.Alias)}");
        return $"{{{string.Join(',', fields)}}}";
    }

    private static string Text(string text) => Json(GoValue.From(text));

    private static string Json(in GoValue value) => GoJsonWriter.Write(value);
}
