using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Plumb.GoTemplate;
using Plumb.GoTemplate.Functions.Json;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>5,422 single expressions with what real helm 4.1.4 made of them: the same text, or the same refusal.</summary>
public sealed partial class ExpressionCorpusTests
{
    /// <summary>Cases that are not compared, by id, each with its reason.</summary>
    private static readonly Dictionary<string, string> Excluded = new()
    {
        ["e05686"] = "shuffles at random, which the corpus does not say of it",
        ["e04532"] = "the template renders control characters; helm then refuses to take the text for a manifest",
        ["e04542"] = "the template renders control characters; helm then refuses to take the text for a manifest",
        ["e01257"] = "the template renders; helm then refuses to take the text for a manifest",
    };

    [Fact]
    public void Expressions_GiveWhatHelmGives()
    {
        if (!SharedData.IsHere(nameof(Expressions_GiveWhatHelmGives))) return;
        var values = File.ReadAllText(Corpus.File("expr.tgz", "expr/values.json"));
        var passed = 0;
        var random = 0;
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Corpus.File("expr.tgz", "expr/expr.jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            var id = row.GetProperty("id").GetString()!;
            if (Excluded.ContainsKey(id)) continue;
            var data = GoJsonReader.Read(values, out _).Map["T"];
            if (Compare(row, data) is { } difference)
            {
                wrong.Add($"{id} {row.GetProperty("tpl")}\n{difference}");
                continue;
            }

            passed++;
            if (row.TryGetProperty("nondeterministic", out _)) random++;
        }

        Console.WriteLine($"expr: {passed} of {passed
            + wrong.Count} as helm ({random} of them random: compared by kind only), {Excluded.Count} excluded");
        if (Environment.GetEnvironmentVariable("PLUMB_CORPUS_REPORT") is { Length: > 0 } report) File.WriteAllLines(report, wrong);
        wrong.Take(20).ShouldBeEmpty();
    }

    private static string? Compare(JsonElement row, GoValue data)
    {
        var template = row.GetProperty("tpl").GetString()!;
        string? text;
        string? error;
        try
        {
            (text, error) = row.TryGetProperty("raw", out var raw) && raw.GetBoolean()
                ? ExpressionHost.Render(template, data)
                : ExpressionHost.Evaluate(template, data);
        }
        catch (Exception fault) when (fault is not TemplateLimitException)
        {
            return $"  threw {fault.GetType().Name}: {fault.Message} {fault.StackTrace?.Split('\n')[0]}";
        }

        if (!row.GetProperty("ok").GetBoolean())
        {
            var expected = Normal(row.GetProperty("error").GetString()!);
            var actual = error is null ? $"(no error) {text}" : Normal("Error: " + error);
            return expected == actual ? null : $"  helm: {expected}\n  ours: {actual}";
        }

        if (error is not null) return $"  helm: {row}\n  ours: Error: {error}";
        if (row.TryGetProperty("nondeterministic", out _)) return null;
        var output = text!.Replace('\uDC80', '\uDC80');
        if (row.TryGetProperty("rawout", out var whole))
        {
            output = output.Replace("<no value>", "", StringComparison.Ordinal).Trim();
            output = output.Length == 0 ? "\n" : $"---\n# Source: {ExpressionHost.File}\n{output}\n";
            return output == whole.GetString() ? null : $"  helm: {whole}\n  ours: {output}";
        }

        // the corpus has the text through JSON, where a byte that is not UTF-8 became U+FFFD
        var wanted = row.GetProperty("out").GetString()!;
        output = new string(output.EnumerateRunes().SelectMany(r => r.ToString()).ToArray());
        return output == wanted ? null : $"  helm: {JsonSerializer.Serialize(wanted)}\n  ours: {JsonSerializer.Serialize(output)}";
    }

    // positions belong to the wrapper, and so does how the expression was included
    private static string Normal(string error) =>
        Position().Replace(error, "t.yaml").Replace("include \"t\" .Values.T", "include \"t\" .", StringComparison.Ordinal).TrimEnd();

    [GeneratedRegex(@"t\.yaml:\d+(:\d+)?")]
    private static partial Regex Position();
}
