using System.Text;
using Plumb.Manifests.Kustomize.Generators;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Tests.Kustomize.Filters;
using Plumb.Manifests.Yaml;

namespace Plumb.Manifests.Tests.Kustomize.Generators;

public sealed class ContentHashTests
{
    [Theory]
    [InlineData("", "6ct58987ht", "{\"data\":\"\",\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    [InlineData("data: {one: ''}", "9g67k2htb6", "{\"data\":{\"one\":\"\"},\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    [InlineData("data: {two: 2, one: '', three: 3}", "7757f9kkct", "{\"data\":{\"one\":\"\",\"three\":3,\"two\":2},\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    [InlineData("binaryData: {one: ''}", "6mtk2m274t", "{\"binaryData\":{\"one\":\"\"},\"data\":\"\",\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    [InlineData(
        "binaryData: {two: 2, one: '', three: 3}",
        "9th7kc28dg",
        "{\"binaryData\":{\"one\":\"\",\"three\":3,\"two\":2},\"data\":\"\",\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    [InlineData(
        "data: {one: ''}\nbinaryData: {two: ''}",
        "698h7c7t9m",
        "{\"binaryData\":{\"two\":\"\"},\"data\":{\"one\":\"\"},\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    public void ConfigMap_IsHashedByItsData(string fields, string hash, string json) =>
        ShouldBe($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: any}}\n{fields}\n", hash, json);

    [Theory]
    [InlineData("", "5gmgkf8578", "{\"data\":\"\",\"kind\":\"Secret\",\"name\":\"\",\"type\":\"my-type\"}")]
    [InlineData("data: {one: ''}", "74bd68bm66", "{\"data\":{\"one\":\"\"},\"kind\":\"Secret\",\"name\":\"\",\"type\":\"my-type\"}")]
    [InlineData("data: {two: 2, one: '', three: 3}", "4gf75c7476", "{\"data\":{\"one\":\"\",\"three\":3,\"two\":2},\"kind\":\"Secret\",\"name\":\"\",\"type\":\"my-type\"}")]
    [InlineData(
        "data: {one: ''}\nstringData: {two: 2}",
        "c4h4264gdb",
        "{\"data\":{\"one\":\"\"},\"kind\":\"Secret\",\"name\":\"\",\"stringData\":{\"two\":2},\"type\":\"my-type\"}")]
    public void Secret_IsHashedByItsDataAndType(string fields, string hash, string json) =>
        ShouldBe($"apiVersion: v1\nkind: Secret\ntype: my-type\n{fields}\n", hash, json);

    [Theory]
    [InlineData("data: []", "{\"data\":null,\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    [InlineData("data: null", "{\"data\":\"null\",\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    [InlineData("data: {a: [1, 1.5, 1e30, 1e-9, true, null, 12345678901234567890], b: {}}",
        "{\"data\":{\"a\":[1,1.5,1e+30,1e-9,true,null,12345678901234567000],\"b\":{}},\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    [InlineData("data: {a: \"<&>\\u2028\\b\\f\\t\\x01\\x7fé\\\"\\\\/\"}",
        "{\"data\":{\"a\":\"\\u003c\\u0026\\u003e\\u2028\\b\\f\\t\\u0001\u007fé\\\"\\\\/\"},\"kind\":\"ConfigMap\",\"name\":\"\"}")]
    public void Json_IsThatOfGo(string fields, string json) =>
        ContentHash.Encode(Trees.Read($"kind: ConfigMap\n{fields}\n")).ShouldBe(json);

    [Theory]
    [InlineData("\napiVersion: test/v1\nkind: TestResource\nmetadata:\n  name: my-resource", "244782mkb7")]
    [InlineData("\napiVersion: test/v1\nkind: TestResource\nmetadata:\n  name: my-resource\nspec:\n  foo: 1\n  bar: abc", "59m2mdccg4")]
    public void OtherObject_IsHashedAsTheTreeThatWasRead(string yaml, string hash) =>
        ContentHash.Of(new YamlNodeReader(YamlLimits.Default).ReadOne(Encoding.UTF8.GetBytes(yaml), "x")!).ShouldBe(hash);

    private static void ShouldBe(string yaml, string hash, string json)
    {
        ContentHash.Encode(Trees.Read(yaml)).ShouldBe(json);
        ContentHash.Of(Trees.Read(yaml)).ShouldBe(hash);
    }
}
