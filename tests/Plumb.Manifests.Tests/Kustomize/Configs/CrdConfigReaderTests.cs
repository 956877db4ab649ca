using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Tests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Configs;

public sealed class CrdConfigReaderTests
{
    private const string Object = "\"apiVersion\": {}, \"kind\": {}, \"metadata\": {}";

    [Fact]
    public void References_AreFoundThroughOtherDefinitions()
    {
        var config = Read($$"""
            {
              "example.com/v1beta1.Bee": {"Schema": {"properties": { {{Object}}, "spec": {"$ref": "example.com/v1beta1.BeeSpec"} } } },
              "example.com/v1beta1.BeeSpec": {"Schema": {"description": "nothing"} },
              "example.com/v1beta1.MyKind": {"Schema": {"properties": { {{Object}}, "spec": {"$ref": "example.com/v1beta1.MyKindSpec"} } } },
              "example.com/v1beta1.MyKindSpec": {
                "Schema": {
                  "properties": {
                    "beeRef": {
                      "x-kubernetes-object-ref-api-version": "v1beta1",
                      "x-kubernetes-object-ref-kind": "Bee",
                      "$ref": "example.com/v1beta1.Bee"
                    },
                    "secretRef": {
                      "x-kubernetes-object-ref-api-version": "v1",
                      "x-kubernetes-object-ref-kind": "Secret",
                      "x-kubernetes-object-ref-name-key": "named",
                      "$ref": "k8s.io/api/core/v1.LocalObjectReference"
                    }
                  }
                }
              }
            }
            """);
        config.NameReference.Select(r => $"{r.Referral}: {string.Join(',', r.Referrers)}").ShouldBe(
        [
            "Secret.v1.[noGrp]: MyKind.[noVer].[noGrp]:false:spec/secretRef/named",
            "Bee.v1beta1.[noGrp]: MyKind.[noVer].[noGrp]:false:spec/beeRef/name",
        ]);
        config.NamePrefix.ShouldBeEmpty();
    }

    [Fact]
    public void Marks_SayWhatAFieldIs()
    {
        var config = Read($$"""
            "a.Kind":
              schema:
                properties:
                  apiVersion: {}
                  kind: {}
                  metadata: {}
                  notes: {x-kubernetes-annotation: ""}
                  picks: {X-Kubernetes-Label-Selector: ""}
                  called: {x-kubernetes-identity: "yes"}
                  ignored: {x-kubernetes-identity: true}
            """);
        config.CommonAnnotations.ShouldBe([new FieldSpec("Kind", "notes")]);
        config.CommonLabels.ShouldBe([new FieldSpec("Kind", "picks")]);
        config.NamePrefix.ShouldBe([new FieldSpec("Kind", "called")]);
    }

    [Fact]
    public void DefinitionThatIsNoKind_IsOnlyReadWhereItIsReferredTo() =>
        Read("a.Part: {Schema: {properties: {x: {x-kubernetes-annotation: ''}}}}").CommonAnnotations.ShouldBeEmpty();

    [Fact]
    public void DefinitionThatContainsItself_IsRefused() =>
        Should.Throw<KustomizeException>(() => Read("a.K: {Schema: {properties: {apiVersion: {}, kind: {}, metadata: {}, again: {$ref: a.K}}}}"))
            .Message.ShouldContain("a.K contains itself by way of again");

    [Fact]
    public void ManyReferencesToMany_AreNotFollowedWithoutEnd()
    {
        var types = Enumerable.Range(0, 40).Select(i =>
            $"t.K{i}: {{Schema: {{properties: {{apiVersion: {{}}, kind: {{}}, metadata: {{}}, a: {{$ref: t.K{i + 1}}}, b: {{$ref: t.K{i + 1}}}}}}}}}");
        Should.Throw<KustomizeException>(() => Read(string.Join('\n', types))).Message.ShouldContain("references followed");
    }

    [Fact]
    public void DefinitionOfACluster_IsRefusedInTheWordsOfTheOriginal() =>
        Should.Throw<KustomizeException>(() => Read("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n")).Message.ShouldBe(
            "unable to parse open API definition from 'crd.yaml': error unmarshaling JSON: while decoding JSON: "
            + "json: cannot unmarshal string into Go value of type accumulator.OpenAPIDefinition");

    private static TransformerConfig Read(string yaml) => CrdConfigReader.Read(Trees.Read(yaml), "crd.yaml");
}
