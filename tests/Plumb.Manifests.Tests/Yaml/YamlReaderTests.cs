using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Yaml;

public sealed class YamlReaderTests
{
    private readonly List<Diagnostic> _diagnostics = [];

    [Theory]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("yes: a", """{"true":"a"}""")]
    [InlineData("n: 1", """{"false":1}""")]
    [InlineData("a: 0644", """{"a":420}""")]
    [InlineData("a: 0o644", """{"a":420}""")]
    [InlineData("a: 0b101", """{"a":5}""")]
    [InlineData("a: 1_000", """{"a":1000}""")]
    [InlineData("a: 08", """{"a":8}""")]
    [InlineData("a: 1:30", """{"a":"1:30"}""")]
    [InlineData("a: 2001-01-01", """{"a":"2001-01-01"}""")]
    [InlineData("a: 1.0", """{"a":1}""")]
    [InlineData("a: 1e3", """{"a":1000}""")]
    [InlineData("a: 18446744073709551615", """{"a":18446744073709551615}""")]
    [InlineData("a: 123456789012345678901234567890", """{"a":123456789012345678901234567890}""")]
    [InlineData("a: -9223372036854775808", """{"a":-9223372036854775808}""")]
    [InlineData("a:\nb: ~\nc: null", """{"a":null,"b":null,"c":null}""")]
    [InlineData("1: a\n1.5: b\n10000000.0: c", """{"1":"a","1.5":"b","10000000":"c"}""")]
    [InlineData("a: !!binary aGk=", """{"a":"hi"}""")]
    [InlineData("a: !!str 1", """{"a":"1"}""")]
    [InlineData("a: !!int \"7\"", """{"a":7}""")]
    [InlineData("a: &x {b: 1}\nc: *x", """{"a":{"b":1},"c":{"b":1}}""")]
    [InlineData("x: &x {b: 1, c: 2}\nw: {<<: *x, b: 3}", """{"x":{"b":1,"c":2},"w":{"b":3,"c":2}}""")]
    [InlineData("x: &x {b: 1}\nz: &z {b: 2, d: 4}\nw: {<<: [*x, *z]}", """{"x":{"b":1},"z":{"b":2,"d":4},"w":{"b":1,"d":4}}""")]
    [InlineData("\"<<\": {a: 1}", """{"<<":{"a":1}}""")]
    [InlineData("a: |\n  x\n  y\n", """{"a":"x\ny\n"}""")]
    [InlineData("a: >-\n  x\n  y\n", """{"a":"x y"}""")]
    [InlineData("{\"a\": [1, 2.5, null]}", """{"a":[1,2.5,null]}""")]
    [InlineData("{a: 1, b: [x]}", """{"a":1,"b":["x"]}""")]
    public void Documents_AreReadByGoRules(string yaml, string json)
    {
        Read(yaml)[0].Value.ShouldBe(Json.Parse(json));
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void Stream_GivesEachDocumentItsLine()
    {
        var documents = Read("# first\n---\na: 1\n--- # second\nb: 2\n---\n# empty\n---\nc: 3\n...\n");
        documents.Select(d => d.Value.ToString()).ShouldBe(["{\"a\":1}", "{\"b\":2}", "null", "{\"c\":3}"]);
        documents[0].Origin.ShouldBe(new Origin("f.yaml", 3, 1));
        documents[1].Origin.Line.ShouldBe(5);
        documents[3].Origin.Line.ShouldBe(9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# only a comment\n")]
    public void EmptyText_HasNoValue(string yaml)
    {
        Read(yaml).ShouldAllBe(d => d.Value.IsNullOrAbsent);
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void ByteOrderMarksAndCarriageReturns_AreNotContent()
    {
        var documents = YamlReader.ReadAll([.. Encoding.UTF8.Preamble, .. "a: |\r\n  x\r\n  y\r\nb: 1\r\n"u8], "f.yaml", _diagnostics);
        documents[0].Value.ToString().ShouldBe("""{"a":"x\ny\n","b":1}""");
        YamlReader.ReadAll([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a: ü\n")], "f.yaml", _diagnostics)[0].Value["a"].AsString().ShouldBe("ü");
    }

    [Fact]
    public void DuplicateKey_LastWinsWithAWarningThatNamesIt()
    {
        var documents = Read("a:\n  b: 1\n  c: 2\n  b: 3\n");
        documents[0].Value.ToString().ShouldBe("""{"a":{"b":3,"c":2}}""");
        _diagnostics.ShouldHaveSingleItem().ToString().ShouldStartWith("f.yaml(4,3): key \"b\" is there twice");
        _diagnostics[0].Severity.ShouldBe(Severity.Warning);
    }

    [Theory]
    [InlineData("a: 1\n b: 2\n", 2, "mapping values")]
    [InlineData("a:\n\tb: 1\n", 2, "tab")]
    [InlineData("a: [1, 2\nb: 3\n", 2, "this is not YAML")]
    [InlineData("a: \"x\n", 1, "this is not YAML")]
    [InlineData("a: *nope\n", 1, "*nope")]
    [InlineData("a: &x [*x]\n", 1, "inside the value")]
    [InlineData("a: .inf\n", 1, "JSON has no such number")]
    [InlineData("a: !!int x\n", 1, "!!int")]
    [InlineData("a: !!binary \"?\"\n", 1, "base64")]
    [InlineData("a: {{ x }}\n", 1, "template")]
    [InlineData("<<: 1\n", 1, "merge key")]
    [InlineData("a: \u0001\n", 1, "U+0001")]
    [InlineData("a: @b\n", 1, "quoted")]
    [InlineData("ok: 1\n---\na: b: c\n", 3, "mapping values")]
    public void Fault_IsReportedWithItsLine(string yaml, int line, string words)
    {
        Read(yaml);
        var fault = _diagnostics.ShouldHaveSingleItem();
        fault.Severity.ShouldBe(Severity.Error);
        fault.Message.ShouldContain(words);
        fault.Origin.File.ShouldBe("f.yaml");
        fault.Origin.Line.ShouldBe(line);
        fault.Origin.Column.ShouldBeGreaterThan(0);
    }

    /// <summary>go-yaml v2 merges where the merge key stands; later versions of YAML libraries differ.</summary>
    [Fact]
    public void MergeKey_OverwritesWhatStandsBeforeIt()
    {
        Read("x: &x {b: 1}\nw: {b: 0, <<: *x}")[0].Value["w"].ToString().ShouldBe("""{"b":1}""");
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void Aliases_ShareNothing()
    {
        var value = Read("x: &x {b: 1}\nw: *x")[0].Value;
        value["w"].AsMap()!["b"] = 2;
        value["x"]["b"].AsInt().ShouldBe(1);
    }

    [Fact]
    public void Fault_LeavesEarlierDocuments()
    {
        Read("a: 1\n---\n[\n").Count.ShouldBe(1);
        _diagnostics.Count.ShouldBe(1);
    }

    [Fact]
    public void InvalidUtf8_IsReportedWithItsPlace()
    {
        YamlReader.ReadAll([.. "a: 1\nb: "u8, 0xC3, 0x28], "f.yaml", _diagnostics).ShouldBeEmpty();
        _diagnostics.ShouldHaveSingleItem().Origin.ShouldBe(new Origin("f.yaml", 2, 4));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("{\"a\":")]
    [InlineData("[[{a: ")]
    public void DeepNesting_IsRefusedWithoutOverflow(string level)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100_000; i++) text.Append(level);
        Read(text.ToString());
        _diagnostics.ShouldHaveSingleItem().Message.ShouldContain("levels deep");
    }

    [Fact]
    public void BlockNesting_IsRefusedBeyondTheLimit()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 200; i++) text.Append(' ', i).Append("a:\n");
        Read(text.ToString());
        _diagnostics.ShouldHaveSingleItem().Message.ShouldContain("levels deep");
    }

    [Fact]
    public void AliasBomb_IsRefused()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            text.Append($"a{i}: &a{i} [").AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 10)).Append("]\n");
        }

        Read(text.ToString()).ShouldBeEmpty();
        _diagnostics.ShouldHaveSingleItem().Message.ShouldContain("aliases");
    }

    [Fact]
    public void Limits_AreStatedInTheFault()
    {
        YamlReader.ReadAll("[1, 2, 3, 4, 5]"u8, "f.yaml", _diagnostics, new YamlLimits(MaxNodes: 4)).ShouldBeEmpty();
        YamlReader.ReadAll("aaaaaaaaaa"u8, "f.yaml", _diagnostics, new YamlLimits(MaxBytes: 4)).ShouldBeEmpty();
        _diagnostics[0].Message.ShouldContain("4 values");
        _diagnostics[1].Message.ShouldContain("4 allowed");
    }

    [Fact]
    public void Locate_FindsFieldsLater()
    {
        var document = Read("x: 0\n---\nspec:\n  list:\n  - a: 1\n  - a: 2\n    b:\n      c: 3\n")[1];
        document.Locate("spec", "list", 1, "b", "c").ShouldBe(new Origin("f.yaml", 8, 7));
        document.Locate("spec", "list", 1, "nope", "c").Line.ShouldBe(6);
        document.Locate("nope").Line.ShouldBe(3);
        Read("{\n \"a\": {\n  \"b\": 1}}")[0].Locate("a", "b").Line.ShouldBe(3);
    }

    private IReadOnlyList<YamlDocument> Read(string yaml) => YamlReader.ReadAll(Encoding.UTF8.GetBytes(yaml), "f.yaml", _diagnostics);
}
