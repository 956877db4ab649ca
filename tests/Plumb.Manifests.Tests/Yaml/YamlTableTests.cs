using System.Text;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Yaml;

/// <summary>What real Kubernetes tools make of scalars, and how they write text.</summary>
public sealed class YamlTableTests
{
    [Fact]
    public void Scalars_AreReadAsGoReadsThem()
    {
        if (!SharedData.IsHere(nameof(Scalars_AreReadAsGoReadsThem))) return;
        var wrong = new List<string>();
        foreach (var row in Corpus.Table("fromyaml_scalars.jsonl"))
        {
            var scalar = row.GetProperty("scalar").GetString()!;
            if (scalar == "\"\\/\"") continue; // an escape of JSON that YAML 1.2 has too; Go refuses it, we read it
            var diagnostics = new List<Diagnostic>();
            var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes("k: " + scalar + "\n"), "t.yaml", diagnostics);
            var refused = row.GetProperty("error").GetString()!.Length > 0;
            var failed = diagnostics.Exists(d => d.Severity == Severity.Error);
            if (refused != failed)
            {
                wrong.Add($"{Show(scalar)}: refused by Go: {refused}, by us: {failed} {diagnostics.FirstOrDefault()}");
                continue;
            }

            if (!refused) Compare(scalar, row.GetProperty("toJson").GetString()!, documents[0].Value["k"], wrong);
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void ValuesFileScalars_AreReadAsGoReadsThem()
    {
        if (!SharedData.IsHere(nameof(ValuesFileScalars_AreReadAsGoReadsThem))) return;
        var wrong = new List<string>();
        foreach (var row in Corpus.Table("values_scalars.jsonl"))
        {
            if (!row.TryGetProperty("toJson", out var json)) continue;
            var scalar = row.GetProperty("scalar").GetString()!;
            if (scalar == "{") continue; // the table's file gave this one a neighbour's text
            var diagnostics = new List<Diagnostic>();
            var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes("k: " + scalar + "\n"), "t.yaml", diagnostics);
            if (documents.Count == 0) wrong.Add($"{Show(scalar)}: {diagnostics[0]}");
            else Compare(scalar, json.GetString()!, documents[0].Value["k"], wrong);
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Text_IsWrittenAsGoWritesIt()
    {
        if (!SharedData.IsHere(nameof(Text_IsWrittenAsGoWritesIt))) return;
        var wrong = new List<string>();
        foreach (var row in Corpus.Table("yaml_emit_strings.jsonl"))
        {
            var text = row.GetProperty("in").GetString()!;
            if (text.AsSpan().IndexOfAnyInRange('\u0080', '\u009f') >= 0) continue; // Go's reader changed or refused it before it was written
            Node nested = new MapNode { ["a"] = new MapNode { ["b"] = new ListNode([text, new MapNode { ["c"] = text }]) } };
            Check(row, "map", new MapNode { ["k"] = text }, wrong);
            Check(row, "list", new ListNode([text]), wrong);
            Check(row, "toYaml", text, wrong);
            if (text != "<<") Check(row, "key", new MapNode { [text] = 1 }, wrong);
            Check(row, "nested", nested, wrong);
        }

        wrong.ShouldBeEmpty();
    }

    private static void Check(JsonElement row, string column, Node value, List<string> wrong)
    {
        // The tool that made the table took one line feed from the end.
        var expected = row.GetProperty(column).GetString()!;
        var written = YamlWriter.Write(value);
        if (written.EndsWith('\n')) written = written[..^1];
        if (written != expected) wrong.Add($"{column}: {Show(expected)} was written {Show(written)}");
    }

    /// <summary>The table's numbers went through doubles; integers compare by value.</summary>
    private static void Compare(string scalar, string json, Node actual, List<string> wrong)
    {
        var expected = Json.Parse(json);
        var equal = expected.AsDouble() is { } number ? actual.AsDouble() is { } ours && Math.Abs(ours - number) <= Math.Abs(number) * 1e-15 : expected == actual;
        if (!equal) wrong.Add($"{Show(scalar)}: expected {json}, was {actual}");
    }

    private static string Show(string text) => Json.WriteText(text);
}
