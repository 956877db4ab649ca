using System.Text.Json;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Rendering;
using Plumb.Manifests.Helm.Values;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>What real helm 4.1.4 makes of a scalar: of a values file, and of a text that a template reads.</summary>
public sealed class ScalarTableTests
{
    /// <summary>Scalars that are not compared, each with its reason.</summary>
    private static readonly Dictionary<string, string> Excluded = new()
    {
        ["\"\\/\""] = "an escape of JSON that YAML 1.2 has too; Go refuses it, we read it",
        ["{"] = "the table's file gave this one a neighbour's text",
    };

    private static readonly string[] Parts = ["kind", "type", "print", "quote", "toJson", "toString", "toYaml", "int", "int64", "float64", "truthy"];

    private const string Shown = "{{ kindOf $v }}\u0001{{ typeOf $v }}\u0001{{ print $v }}\u0001{{ quote $v }}\u0001{{ toJson $v }}\u0001{{ toString $v }}\u0001"
        + "{{ toYaml $v }}\u0001{{ int $v }}\u0001{{ int64 $v }}\u0001{{ float64 $v }}\u0001{{ if $v }}true{{ else }}false{{ end }}";

    [Fact]
    public void AScalarOfAValuesFile_IsWhatHelmMakesOfIt() => Check("values_scalars.jsonl", row =>
    {
        var text = $"v: {row.GetProperty("scalar").GetString()}\n";
        if (!row.TryGetProperty("values_file_error", out _)) return Evaluate("{{ $v := .v }}" + Shown, GoValue.From(ValuesText.Read(text)));
        Should.Throw<GoError>(() => ValuesText.Read(text), text);
        return [];
    });

    [Fact]
    public void AScalarThatATemplateReads_IsWhatHelmMakesOfIt() => Check("fromyaml_scalars.jsonl", row =>
    {
        var data = new GoMap { ["y"] = GoValue.From($"v: {row.GetProperty("scalar").GetString()}") };
        return Evaluate("{{ $v := get (fromYaml .y) \"v\" }}" + Shown, GoValue.From(data));
    });

    [Fact]
    public void WithoutACluster_HelmAssumesTheseCapabilities()
    {
        if (!SharedData.IsHere("capabilities of helm")) return;
        using var document = JsonDocument.Parse(File.ReadAllBytes(Corpus.File("tables.tgz", "tables/capabilities.json")));
        Capabilities.DefaultApiVersions.ShouldBe(document.RootElement.GetProperty("default_api_versions").EnumerateArray().Select(v => v.GetString()!));
        new Capabilities(null, []).KubeVersion.Version.ShouldBe(document.RootElement.GetProperty("default_kube").GetProperty("Version").GetString());
    }

    private static string[] Evaluate(string expression, GoValue data)
    {
        var (text, error) = ExpressionHost.Evaluate(expression, data);
        return error is null ? text!.Split('\u0001') : [error];
    }

    private static void Check(string table, Func<JsonElement, string[]> evaluate)
    {
        if (!SharedData.IsHere(table)) return;
        var wrong = new List<string>();
        var count = 0;
        foreach (var row in Corpus.Table(table))
        {
            if (Excluded.ContainsKey(row.GetProperty("scalar").GetString()!)) continue;
            count++;
            var actual = evaluate(row);
            if (row.TryGetProperty("values_file_error", out _)) continue;
            for (var i = 0; i < Parts.Length; i++)
            {
                var part = row.GetProperty(Parts[i]);
                var expected = part.ValueKind == JsonValueKind.String ? part.GetString() : part.GetRawText();
                if (actual.Length != Parts.Length || actual[i] != expected)
                {
                    wrong.Add($"{row.GetProperty("scalar").GetString()}: {Parts[i]} is {(actual.Length == Parts.Length ? actual[i] : actual[0])}, helm has {expected}");
                    break;
                }
            }
        }

        Console.WriteLine($"{table}: {count - wrong.Count} of {count} as helm, {Excluded.Count} excluded");
        wrong.Take(20).ShouldBeEmpty();
        count.ShouldBeGreaterThan(100);
    }
}
