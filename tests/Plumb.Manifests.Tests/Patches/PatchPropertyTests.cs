using CsCheck;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Schemas;
using Plumb.Manifests.Tests.Fields;

namespace Plumb.Manifests.Tests.Patches;

public sealed class PatchPropertyTests
{
    private static readonly Gen<Node> Operation = Gen.Select(
        RandomDocuments.Words("add", "remove", "replace", "move", "copy", "test", "frob"),
        RandomDocuments.Words("", "/", "/a", "/a/b", "/a/0", "/a/-1", "/a/-", "/b/c/d", "/c", "a", "/a/00", "/~0~1", "/a/99999999999999"),
        RandomDocuments.Words("", "/a", "/b", "/a/b", "/a/0"),
        RandomDocuments.Any,
        (op, path, from, value) => (Node)new MapNode { ["op"] = op, ["path"] = path, ["from"] = from, ["value"] = value });

    private static readonly Schema Keyed = new()
    {
        Type = SchemaType.Object,
        Properties = new Dictionary<string, Schema>
        {
            ["a"] = new() { Type = SchemaType.List, PatchMerge = true, PatchMergeKey = "a", Items = Schema.Unknown },
            ["b"] = new() { Type = SchemaType.List, PatchMerge = true, Items = TestSchemas.Text },
        },
    };

    [Fact]
    public void MergePatch_CreatedPatch_TurnsBeforeIntoAfter() => Gen.Select(RandomDocuments.Any, RandomDocuments.Any).Sample((before, after) =>
    {
        var (from, to) = (WithoutNulls(before), WithoutNulls(after));
        return MergePatch.Apply(from, MergePatch.Create(from, to)) == to;
    });

    [Fact]
    public void MergePatch_OfEqualDocuments_IsEmpty() => RandomDocuments.Any.Sample(document =>
        document.AsMap() is null || MergePatch.Create(WithoutNulls(document), WithoutNulls(document)) == new MapNode());

    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void MergePatch_GivesWhatTheRfcSays(string document, string patch, string result) =>
        MergePatch.Apply(Json.Parse(document), Json.Parse(patch)).ShouldBe(Json.Parse(result));

    [Fact]
    public void JsonPatch_FailsOnlyInWords() => Gen.Select(RandomDocuments.Any, Operation.List[0, 5]).Sample((document, operations) =>
    {
        var before = document.DeepClone();
        try
        {
            JsonPatch.Apply(document, new ListNode(operations));
        }
        catch (PatchException)
        {
        }

        return document == before;
    });

    [Fact]
    public void StrategicMergePatch_FailsOnlyInWords() => Gen.Select(RandomDocuments.Any, RandomDocuments.Any, Gen.Int[0, 7]).Sample((document, patch, extra) =>
    {
        if (document.AsMap() is not { } before || patch.AsMap() is not { } changes) return true;
        if ((extra & 1) != 0) changes["$setElementOrder/a"] = changes["b"];
        if ((extra & 2) != 0) changes["$deleteFromPrimitiveList/b"] = changes["a"];
        if ((extra & 4) != 0) changes["$retainKeys"] = changes["c"];
        var copy = before.DeepClone();
        try
        {
            StrategicMergePatch.Apply(before, changes, Keyed);
        }
        catch (PatchException)
        {
        }

        return (Node)before == copy;
    });

    [Fact]
    public void JsonPatch_RefusesTooManyOperations()
    {
        var operations = new ListNode(Enumerable.Repeat(Json.Parse("""{"op":"test","path":"/a"}"""), 10_001));

        var refused = Should.Throw<PatchException>(() => JsonPatch.Apply(new MapNode(), operations));

        refused.Fault.ShouldBe(PatchFault.TooLarge);
        refused.Message.ShouldBe("The allowed maximum operations in a JSON patch is 10000, got 10001");
    }

    [Theory]
    [InlineData("""{"op":"copy","from":"/a","path":"/a/a"}""")]
    [InlineData("""{"op":"copy","from":"/a","path":"/a/b"}""")]
    public void JsonPatch_StopsCopiesThatGrowWithoutEnd(string operation)
    {
        var operations = new ListNode(Enumerable.Repeat(Json.Parse(operation), 1000));
        var document = (Node)new MapNode { ["a"] = new MapNode { ["text"] = new string('x', 100_000) } };

        Should.Throw<PatchException>(() => JsonPatch.Apply(document, operations)).Fault.ShouldBe(PatchFault.TooLarge);
    }

    private static Node WithoutNulls(Node node)
    {
        if (node.AsMap() is { } map)
        {
            return RandomDocuments.MapOf(map.Where(e => !e.Value.IsNullOrAbsent).Select(e => (e.Key, WithoutNulls(e.Value))));
        }

        return node.AsList() is { } list ? new ListNode(list.Select(WithoutNulls)) : node;
    }
}
