using Plumb.Manifests.Helm.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>What <c>fromYaml</c> says of texts that are no YAML, as real helm 4.1.4 says it, and what the emitters write.</summary>
public sealed class GoYamlTests
{
    [Theory]
    [InlineData("a: [1", "line 1: did not find expected ',' or ']'")]
    [InlineData("a: 1\nb: [", "line 2: did not find expected node content")]
    [InlineData("a: 1\n b: 2", "line 2: mapping values are not allowed in this context")]
    [InlineData("\tb: 2", "found character that cannot start any token")]
    [InlineData("a: 1\n\tb: 2", "line 2: found a tab character that violates indentation")]
    [InlineData("a: \"x", "found unexpected end of stream")]
    [InlineData("a: *x", "unknown anchor 'x' referenced")]
    [InlineData("a: &x\nb: @", "line 2: found character that cannot start any token")]
    [InlineData("- a\nb: 1", "line 1: did not find expected '-' indicator")]
    [InlineData("a: !!int x", "cannot decode !!str `x` as a !!int")]
    [InlineData("%x", "found unknown directive name")]
    public void AFault_IsToldInGosWords(string text, string expected)
    {
        Should.Throw<GoError>(() => GoYaml.Read(text)).Message.ShouldBe("error converting YAML to JSON: yaml: " + expected);
    }

    [Fact]
    public void EmittedText_IsAsHelmWritesIt()
    {
        if (!SharedData.IsHere(nameof(EmittedText_IsAsHelmWritesIt))) return;
        var wrong = new List<string>();
        var rows = 0;
        foreach (var row in Corpus.Table("yaml_emit_strings.jsonl"))
        {
            rows++;
            var text = row.GetProperty("in").GetString()!;
            var value = GoValue.From(text);
            var in1 = GoValue.From(GoList.Of(GoValue.From(new GoMap { ["c"] = value })));
            Check("toYaml", GoYaml.Write(value) ?? "");
            Check("pretty", GoYaml.WritePretty(GoValue.From(new GoMap { ["a"] = in1 })) ?? "");
            Check("key", GoYaml.Write(GoValue.From(new GoMap { [text] = GoValue.From(1) })) ?? "");
            Check("map", GoYaml.Write(GoValue.From(new GoMap { ["k"] = value })) ?? "");
            Check("list", GoYaml.Write(GoValue.From(GoList.Of(value))) ?? "");

            void Check(string column, string actual)
            {
                if (!row.TryGetProperty(column, out var cell)) return;
                var expected = cell.GetString()!;
                if (expected != actual) wrong.Add($"{column} of {row.GetProperty("in")
                    .GetRawText()}: helm {cell.GetRawText()}, ours {System.Text.Json.JsonSerializer.Serialize(actual)}");
            }
        }

        Console.WriteLine($"yaml_emit_strings: {rows} rows, {wrong.Count} cells differ");
        wrong.ShouldBe([]);
    }
}
