using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Tests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Configs;

public sealed class ConfigReaderTests
{
    [Fact]
    public void AllLists_AreRead()
    {
        var config = Read("""
            namePrefix: [{path: nameprefix/path, kind: SomeKind}]
            nameSuffix: [{path: a}]
            namespace: [{path: b, create: true}]
            commonLabels: [{path: c, group: g, version: v}]
            labels: [{path: d}]
            templateLabels: [{path: e}]
            commonAnnotations: [{path: f}]
            varReference: [{path: g}]
            images: [{path: h}]
            replicas: [{path: i}]
            nameReference:
            - kind: Gorilla
              version: v1
              group: zoo
              fieldSpecs:
              - {kind: AnimalPark, path: spec/gorillaRef/name}
            """);
        config.NamePrefix.ShouldBe([new FieldSpec("SomeKind", "nameprefix/path")]);
        config.Namespace.ShouldBe([new FieldSpec("", "b", true)]);
        config.CommonLabels.ShouldBe([new FieldSpec(new Gvk("g", "v", ""), "c")]);
        config.Labels.Count.ShouldBe(1);
        var reference = config.NameReference.ShouldHaveSingleItem();
        reference.Referral.ShouldBe(new Gvk("zoo", "v1", "Gorilla"));
        reference.Referrers.ShouldBe([new FieldSpec("AnimalPark", "spec/gorillaRef/name")]);
    }

    [Fact]
    public void Keys_AreTakenInAnyCase() => Read("NamePreFix:\n- Path: a/b\n").NamePrefix.ShouldBe([new FieldSpec("", "a/b")]);

    [Fact]
    public void Truth_IsThatOfYaml11() => Read("images: [{path: a, create: yes}]").Images[0].Create.ShouldBeTrue();

    [Fact]
    public void Nulls_AreAsIfTheyWereNotThere() =>
        Read("namePrefix: null\nimages: [null, {path: null, create: ~}]").Images.ShouldBe([new FieldSpec("", ""), new FieldSpec("", "")]);

    [Fact]
    public void EmptyFile_AddsNothing() => TransformerConfigReader.Read(null, "c.yaml").ShouldBe(TransformerConfig.Empty);

    [Theory]
    [InlineData("namoPrefix: []\nanamo: []", "unknown field \"anamo\"")]
    [InlineData("namePrefix:\n- path: a\n  creat: true", "unknown field \"creat\"")]
    [InlineData("nameReference:\n- kind: X\n  fieldSpec: []", "unknown field \"fieldSpec\"")]
    [InlineData("namePrefix:\n- create: \"true\"", "cannot unmarshal string into Go struct field FieldSpec.namePrefix.create of type bool")]
    [InlineData("commonLabels:\n- kind: 1", "cannot unmarshal number into Go struct field FieldSpec.commonLabels.kind of type string")]
    [InlineData("namePrefix:\n- path: [x]", "cannot unmarshal array into Go struct field FieldSpec.namePrefix.path of type string")]
    [InlineData("namePrefix: x", "cannot unmarshal string into Go struct field TransformerConfig.namePrefix of type types.FsSlice")]
    [InlineData("namePrefix: [x]", "cannot unmarshal string into Go struct field TransformerConfig.namePrefix of type types.FieldSpec")]
    [InlineData(
        "nameReference:\n- fieldSpecs: {a: b}",
        "cannot unmarshal object into Go struct field NameBackReferences.nameReference.fieldSpecs of type types.FsSlice")]
    [InlineData("[]", "cannot unmarshal array into Go value of type builtinconfig.TransformerConfig")]
    [InlineData("a", "cannot unmarshal string into Go value of type builtinconfig.TransformerConfig")]
    public void WhatIsNoConfiguration_IsRefusedInTheWordsOfTheOriginal(string yaml, string problem) =>
        Should.Throw<KustomizeException>(() => Read(yaml)).Message
            .ShouldBe($"error unmarshaling JSON: while decoding JSON: json: {problem}");

    [Fact]
    public void RepeatedKey_IsRefusedWithItsLine()
    {
        var fault = Should.Throw<KustomizeException>(() => Read("namePrefix:\n- path: x\n  path: y"));
        fault.Message.ShouldBe("error converting YAML to JSON: yaml: unmarshal errors:\n  line 3: key \"path\" already set in map");
        fault.At!.Value.ToString().ShouldBe("c.yaml(3,3)");
    }

    private static TransformerConfig Read(string yaml) => TransformerConfigReader.Read(Trees.Read(yaml), "c.yaml");
}
