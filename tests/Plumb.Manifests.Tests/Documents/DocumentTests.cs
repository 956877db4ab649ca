using System.Text.Json;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Tests.Documents;

public sealed class DocumentTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,null,"x",1.5,-0.25,18446744073709551616]}""")]
    [InlineData("[]")]
    [InlineData("\"<&>é\"")]
    public void Json_ReadThenWritten_IsTheSame(string json) => Json.WriteText(Json.Parse(json)).ShouldBe(json);

    [Theory]
    [InlineData("")]
    [InlineData("{} {}")]
    [InlineData("{a:1}")]
    [InlineData("[1,]")]
    public void Json_OtherText_IsRefused(string json) => Should.Throw<JsonException>(() => Json.Parse(json));

    [Fact]
    public void Json_DuplicateKey_LastWins() => Json.Parse("""{"a":1,"a":2}""")["a"].AsInt().ShouldBe(2);

    [Fact]
    public void Json_TooDeep_IsRefused() => Should.Throw<JsonException>(() => Json.Parse(new string('[', 10_000)));

    [Fact]
    public void Equality_IsByData()
    {
        Json.Parse("""{"a":1,"b":2}""").ShouldBe(Json.Parse("""{"b":2.0,"a":1}"""));
        Json.Parse("""{"a":1}""").ShouldNotBe(Json.Parse("""{"a":1,"b":null}"""));
        Json.Parse("[1,2]").ShouldNotBe(Json.Parse("[2,1]"));
        Json.Parse("\"1\"").ShouldNotBe(Json.Parse("1"));
        Json.Parse("1").GetHashCode().ShouldBe(Json.Parse("1.0").GetHashCode());
        (Node.Null == Node.Absent).ShouldBeFalse();
        (Node.Null == (Node)false).ShouldBeFalse();
    }

    [Fact]
    public void Indexing_ThroughWhatIsNotThere_IsAbsent()
    {
        var value = Json.Parse("""{"a":[{"b":1}]}""");
        value["a"][0]["b"].AsInt().ShouldBe(1);
        value["a"][1]["b"].IsAbsent.ShouldBeTrue();
        value.At("a", "b", "c").IsAbsent.ShouldBeTrue();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    public void Map_KeepsOrderAndFindsKeys_WhateverItsSize(int size)
    {
        var map = new MapNode();
        for (var i = 0; i < size; i++) map["k" + i] = i;
        map["k1"] = "new";
        map.Remove("k0").ShouldBeTrue();
        map.Remove("k0").ShouldBeFalse();
        map["k2"] = Node.Absent;
        map.Keys.ShouldBe(Enumerable.Range(1, size - 1).Where(i => i != 2).Select(i => "k" + i));
        map["k1"].AsString().ShouldBe("new");
        map["k" + (size - 1)].AsInt().ShouldBe(size - 1);
        map.ContainsKey("k2").ShouldBeFalse();
    }

    [Fact]
    public void Frozen_CannotChange_ButItsCloneCan()
    {
        Node value = Json.Parse("""{"a":{"b":[1]}}""");
        value.Freeze();
        Should.Throw<InvalidOperationException>(() => value["a"].AsMap()!["c"] = 1);
        Should.Throw<InvalidOperationException>(() => value["a"]["b"].AsList()!.Add(1));
        var clone = value.DeepClone();
        clone["a"]["b"].AsList()!.Add(2);
        clone["a"]["b"].AsList()!.Count.ShouldBe(2);
        value["a"]["b"].AsList()!.Count.ShouldBe(1);
    }
}
