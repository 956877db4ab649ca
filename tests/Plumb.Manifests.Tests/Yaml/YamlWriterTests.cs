using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;

namespace Plumb.Manifests.Tests.Yaml;

public sealed class YamlWriterTests
{
    [Fact]
    public void Maps_AreSortedAndListsAreNotIndented()
    {
        var value = Json.Parse("""{"b":[{"d":1,"c":[]},[1,[2]]],"a":{"x":{}},"item10":1,"item2":2}""");
        YamlWriter.Write(value).ShouldBe("a:\n  x: {}\nb:\n- c: []\n  d: 1\n- - 1\n  - - 2\nitem2: 2\nitem10: 1\n");
    }

    [Theory]
    [InlineData("1.5", "1.5")]
    [InlineData("1e21", "1e+21")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("1234567.5", "1.2345675e+06")]
    [InlineData("3.0", "3")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("null", "null")]
    [InlineData("true", "true")]
    public void Numbers_AreWrittenAsGoWritesThem(string json, string yaml) =>
        YamlWriter.Write(Json.Parse(json)).ShouldBe(yaml + "\n");

    [Fact]
    public void KeyThatLooksLikeAMerge_IsQuoted() =>
        YamlWriter.Write(new MapNode { ["<<"] = "<<" }).ShouldBe("\"<<\": <<\n");

    [Fact]
    public void LongKey_IsWrittenAsAComplexKey() =>
        YamlWriter.Write(new MapNode { [new string('k', 129)] = new MapNode { ["a"] = 1 } })
            .ShouldBe("? " + new string('k', 129) + "\n: a: 1\n");
}
