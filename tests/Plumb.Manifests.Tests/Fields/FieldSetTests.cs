using CsCheck;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;

namespace Plumb.Manifests.Tests.Fields;

public sealed class FieldSetTests
{
    private static readonly Gen<FieldSet> Sets = RandomDocuments.Widget.Select(w => FieldSet.Of(w, TestSchemas.Widget));

    [Theory]
    [InlineData("""{"f:a":{}}""", ".a")]
    [InlineData("""{"f:a":{".":{},"f:b":{}}}""", ".a|.a.b")]
    [InlineData("""{"f:l":{"k:{\"name\":\"web\",\"port\":80}":{".":{},"f:x":{}}}}""", """.l[name="web",port=80]|.l[name="web",port=80].x""")]
    [InlineData("""{"f:s":{"v:\"x\"":{},"v:1":{},"v:true":{}}}""", """.s[="x"]|.s[=1]|.s[=true]""")]
    [InlineData("""{"f:l":{"i:3":{}}}""", ".l[3]")]
    [InlineData("""{"f:a":{},"z:new":{}}""", ".a")]
    [InlineData("{}", "")]
    public void Parse_GivesThePaths(string json, string paths) =>
        string.Join('|', FieldSet.Parse(Json.Parse(json)).Paths).ShouldBe(paths);

    [Theory]
    [InlineData("""{"f":{}}""")]
    [InlineData("""{"fx:a":{}}""")]
    [InlineData("""{"k:[1]":{}}""")]
    [InlineData("""{"v:{":{}}""")]
    [InlineData("""{"i:x":{}}""")]
    [InlineData("""{"f:a":1}""")]
    [InlineData("[]")]
    public void Parse_RefusesWhatIsNoFieldsV1(string json) => Should.Throw<FormatException>(() => FieldSet.Parse(Json.Parse(json)));

    [Fact]
    public void Write_UsesTheServersOrderAndSpelling()
    {
        var set = FieldSet.Parse(Json.Parse(
            """{"i:1":{},"v:true":{},"v:\"<\"":{},"v:2":{},"k:{\"b\":1,\"a\":\"x&y\"}":{},"f:b":{"f:c":{},".":{}},"f:a":{}}"""));

        Json.WriteText(set.ToFieldsV1()).ShouldBe(
            """{"f:a":{},"f:b":{".":{},"f:c":{}},"k:{\"a\":\"x\\u0026y\",\"b\":1}":{},"v:2":{},"v:\"\\u003c\"":{},"v:true":{},"i:1":{}}""");
    }

    [Fact]
    public void Of_OwnsItemsKeysAndAtomicsAsTheServerDoes()
    {
        var value = Json.Parse(
            """
            {"spec":{"size":1,"labels":{"x":"1"},"atomicMap":{"a":"b"},"atomicList":["x"],"set":["q"],
             "items":[{"name":"a","tags":["t"]}],"ports":[{"port":80}],"free":{"m":{"n":[1]}},"nested":{}}}
            """);

        FieldSet.Of(value, TestSchemas.Widget).Paths.ShouldBe([
            ".spec.atomicList", ".spec.atomicMap", ".spec.free.m", ".spec.free.m.n", ".spec.items[name=\"a\"]", ".spec.items[name=\"a\"].name",
            ".spec.items[name=\"a\"].tags[=\"t\"]", ".spec.labels.x", ".spec.nested", ".spec.ports[port=80,protocol=\"TCP\"]",
            ".spec.ports[port=80,protocol=\"TCP\"].port", ".spec.set[=\"q\"]", ".spec.size",
        ]);
    }

    [Fact]
    public void Except_LeavesChildrenOfARemovedParent_ExceptBelowDoesNot()
    {
        var set = FieldSet.Parse(Json.Parse("""{"f:a":{".":{},"f:b":{}},"f:c":{}}"""));
        var parent = FieldSet.Parse(Json.Parse("""{"f:a":{}}"""));

        set.Except(parent).Paths.ShouldBe([".a.b", ".c"]);
        set.ExceptBelow(parent).Paths.ShouldBe([".c"]);
        set.Leaves().Paths.ShouldBe([".a.b", ".c"]);
    }

    [Fact]
    public void RemoveFrom_TakesLeavesItemsAndEmptiedMaps()
    {
        var document = Json.Parse("""{"spec":{"size":1,"labels":{"x":"1"},"items":[{"name":"a"},{"name":"b","value":"v"}]}}""").AsMap()!;
        var fields = FieldSet.Parse(Json.Parse(
            """{"f:spec":{"f:labels":{"f:x":{}},"f:items":{"k:{\"name\":\"a\"}":{".":{}},"k:{\"name\":\"b\"}":{"f:value":{}}}}}"""));

        ((Node)fields.RemoveFrom(document, TestSchemas.Widget)).ShouldBe(Json.Parse("""{"spec":{"size":1,"items":[{"name":"b"}]}}"""));
        document["spec"]["labels"]["x"].AsString().ShouldBe("1");
    }

    [Fact]
    public void Parse_IsTheInverseOfWrite() =>
        Sets.Sample(set => FieldSet.Parse(Json.Parse(Json.Write(set.ToFieldsV1()))).Equals(set));

    [Fact]
    public void Algebra_KeepsTheLawsOfSets() => Gen.Select(Sets, Sets, Sets).Sample((a, b, c) =>
        a.Union(b).Equals(b.Union(a))
        && a.Intersect(b).Equals(b.Intersect(a))
        && a.Union(b).Union(c).Equals(a.Union(b.Union(c)))
        && a.Intersect(b.Union(c)).Equals(a.Intersect(b).Union(a.Intersect(c)))
        && a.Except(b).Union(a.Intersect(b)).Equals(a)
        && a.Except(b).Intersect(b).IsEmpty
        && a.Except(b.Union(c)).Equals(a.Except(b).Except(c))
        && a.Union(a).Equals(a) && a.Intersect(a).Equals(a) && a.Except(a).IsEmpty
        && a.Count == a.Paths.Count && a.Union(b).Paths.ToHashSet().SetEquals(a.Paths.Concat(b.Paths)));
}
