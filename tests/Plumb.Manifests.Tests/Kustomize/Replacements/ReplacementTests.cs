using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Replacements;
using Plumb.Manifests.Tests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Replacements;

public sealed class ReplacementTests
{
    private const string Source =
        "{metadata: {name: src, annotations: {a.b/c: x, d: group2/v1}}, data: {port: \"8080\", number: 80, text: a-b-c, empty: \"\", none: null, map: {}, list: [1, {n: x, v: y}]}}";

    [Theory]
    [InlineData("", "", 0, "src")]
    [InlineData("data.port", "", 0, "8080")]
    [InlineData("data.text", "-", 1, "b")]
    [InlineData("data.text", "+", 0, "a-b-c")]
    [InlineData("data.list.0", "", 0, "1")]
    [InlineData("data.list.-", "", 0, "{n: x, v: y}")]
    [InlineData("data.list.[n=x].v", "", 0, "y")]
    [InlineData("metadata.annotations.[a.b/c]", "", 0, "x")]
    [InlineData(@"metadata.annotations.a\.b/c", "", 0, "x")]
    [InlineData("data.empty", "", 0, "")]
    [InlineData("data.empty", "-", 0, "")]
    [InlineData("data.list", "", 0, "[1, {n: x, v: y}]")]
    public void Source_IsAFieldOrAPartOfIt(string path, string delimiter, int index, string expected) =>
        ReplacementValue.Read(Trees.Read(Source), path, new FieldOptions(delimiter, index), "S").ToString().ShouldBe(expected);

    [Theory]
    [InlineData("data.missing", "", 0, "fieldPath `data.missing` is missing for replacement source S")]
    [InlineData("data.none", "", 0, "fieldPath `data.none` is missing for replacement source S")]
    [InlineData("data.map", "", 0, "fieldPath `data.map` is missing for replacement source S")]
    [InlineData("data.list", "-", 0, "delimiter option can only be used with scalar nodes")]
    [InlineData("metadata.annotations.d", "/", -1, "options.index -1 is out of bounds for value group2/v1")]
    [InlineData("metadata.annotations.d", "/", 2, "options.index 2 is out of bounds for value group2/v1")]
    [InlineData("data.*", "", 0, "error looking up replacement source: wildcard is not supported in PathGetter")]
    [InlineData(
        "data.port.x", "", 0,
        "error looking up replacement source: wrong node kind: expected MappingNode but got ScalarNode: node contents:\n\"8080\"\n")]
    public void SourceThatIsNotThere_IsRefused(string path, string delimiter, int index, string message) =>
        Should.Throw<KustomizeException>(() => ReplacementValue.Read(Trees.Read(Source), path, new FieldOptions(delimiter, index), "S"))
            .Message.ShouldBe(message);

    [Theory]
    [InlineData("{a: 80}", "\"8080\"", "{a: 8080}")]
    [InlineData("{a: false}", "\"true\"", "{a: true}")]
    [InlineData("{a: \"8080\"}", "80", "{a: \"80\"}")]
    [InlineData("{a: old}", "80", "{a: \"80\"}")]
    [InlineData("{a: [1]}", "{b: c}", "{a: {b: c}}")]
    [InlineData("{a: {x: y}}", "[1, \"2\"]", "{a: [1, \"2\"]}")]
    [InlineData("{a: {x: y}}", "text", "{a: text}")]
    public void Scalar_KeepsItsTypeAndTheRestIsReplaced(string before, string value, string after) =>
        Write(before, value, "a").ShouldBeYaml(after);

    [Theory]
    [InlineData("a.b", "\"8080\"", "{a: {b: 8080}}")]
    [InlineData("a.b", "80", "{a: {b: 80}}")]
    [InlineData("a.b", "text", "{a: {b: text}}")]
    [InlineData("a.b", "{x: [1]}", "{a: {b: {x: [1]}}}")]
    [InlineData("a.0.b", "x", "{a: [{b: x}]}")]
    [InlineData("a.[name=n].b", "x", "{a: [{name: n, b: x}]}")]
    public void MissingTarget_IsMadeAndItsTypeIsThatOfItsLook(string path, string value, string after) =>
        Write("{}", value, path, new FieldOptions(Create: true)).ShouldBeYaml(after);

    [Theory]
    [InlineData("a-b-c", 1, "a-x-c")]
    [InlineData("a-b-c", 0, "x-b-c")]
    [InlineData("a-b-c", 2, "a-b-x")]
    [InlineData("a-b-c", -1, "x-a-b-c")]
    [InlineData("a-b-c", 3, "a-b-c-x")]
    [InlineData("a-b-c", 99, "a-b-c-x")]
    [InlineData("", 0, "x")]
    public void PartOfATarget_IsReplacedOrAdded(string before, int index, string after) =>
        Write($"{{a: \"{before}\"}}", "x", "a", new FieldOptions("-", index)).ShouldBeYaml($"{{a: {after}}}");

    [Fact]
    public void AllFieldsOfAllPaths_AreWritten()
    {
        var target = Trees.Read("{c: [{n: a, v: 1}, {n: b, v: 2}], d: {e: f}}");
        ReplacementTarget.Write(target, YamlNode.Text("9"), ["c.*.v", "d.e"], null);
        target.ShouldBeYaml("{c: [{n: a, v: 9}, {n: b, v: 9}], d: {e: \"9\"}}");
    }

    [Fact]
    public void NoPath_IsTheName()
    {
        var target = Trees.Read("{metadata: {name: old}}");
        ReplacementTarget.Write(target, ReplacementValue.Of("new"), [], null);
        target.ShouldBeYaml("{metadata: {name: new}}");
    }

    [Fact]
    public void WrittenMaps_AreCopies()
    {
        var source = Trees.Read("{m: {k: v}}");
        var target = Trees.Read("{a: {}, b: {}}");
        ReplacementTarget.Write(target, source.Get("m")!, ["a", "b"], null);
        target.Get("a")!.Get("k")!.SetValue("changed");
        target.ShouldBeYaml("{a: {k: changed}, b: {k: v}}");
        source.ShouldBeYaml("{m: {k: v}}");
    }

    [Theory]
    [InlineData("{a: 1}", "b", false, "", "unable to find field \"b\" in replacement target")]
    [InlineData("{a: []}", "a.*", false, "", "unable to find field \"a.*\" in replacement target")]
    [InlineData("{a: []}", "a.5.b", true, "", "unable to find or create field \"a.5.b\" in replacement target: index 5 specified but only 0 elements found")]
    [InlineData("{a: {b: c}}", "a", false, "-", "delimiter option can only be used with scalar nodes")]
    public void TargetThatIsNotThere_IsRefused(string yaml, string path, bool create, string delimiter, string message) =>
        Should.Throw<KustomizeException>(() => Write(yaml, "x", path, new FieldOptions(delimiter, 0, create))).Message.ShouldBe(message);

    [Theory]
    [InlineData("", 3, false, "")]
    [InlineData("-", 3, false, "-(3), create=false")]
    [InlineData("", 0, true, "(0), create=true")]
    public void Options_ReadAsInMessages(string delimiter, int index, bool create, string expected) =>
        new FieldOptions(delimiter, index, create).ToString().ShouldBe(expected);

    private static YamlNode Write(string yaml, string value, string path, FieldOptions? options = null)
    {
        var target = Trees.Read(yaml);
        ReplacementTarget.Write(target, Trees.Read($"{{v: {value}}}").Get("v")!, [path], options);
        return target;
    }
}
