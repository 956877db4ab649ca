using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Tests.Schemas;

public sealed class SchemaWalkTests
{
    [Theory]
    [InlineData("v1", "Service", """{"spec":{"ports":[{"port":80}]}}""", """{"spec":{"ports":[{"port":80,"protocol":"TCP"}],"type":"ClusterIP","sessionAffinity":"None"},"metadata":{},"status":{"loadBalancer":{}}}""")]
    [InlineData("v1", "Secret", "{}", """{"metadata":{},"type":"Opaque"}""")]
    [InlineData("v1", "Secret", """{"type":"x"}""", """{"metadata":{},"type":"x"}""")]
    [InlineData("v1", "ConfigMap", "{}", """{"metadata":{}}""")]
    [InlineData("autoscaling/v2", "HorizontalPodAutoscaler", """{"spec":{"maxReplicas":2,"minReplicas":0}}""", """{"metadata":{},"spec":{"maxReplicas":2,"minReplicas":0,"scaleTargetRef":{}},"status":{"desiredReplicas":0}}""")]
    [InlineData("batch/v1", "CronJob", """{"spec":{"suspend":null}}""", """{"metadata":{},"status":{},"spec":{"suspend":false,"concurrencyPolicy":"Allow","successfulJobsHistoryLimit":3,"failedJobsHistoryLimit":1,"jobTemplate":{"metadata":{},"spec":{"suspend":false,"completionMode":"NonIndexed","podReplacementPolicy":"TerminatingOrFailed","template":{"metadata":{},"spec":{"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{}}}}}}}""")]
    public void ApplyDefaults_FillsWhatTheServerWould(string apiVersion, string kind, string before, string after)
    {
        var root = Map(before);
        SchemaWalk.ApplyDefaults(root, Of(apiVersion, kind));
        ((Node)root).ShouldBe(Json.Parse(after));
    }

    [Fact]
    public void ApplyDefaults_EnablesServiceLinksOfPodsButNotOfTemplates()
    {
        var pod = Map("""{"spec":{}}""");
        SchemaWalk.ApplyDefaults(pod, Of("v1", "Pod"));
        pod["spec"]["enableServiceLinks"].AsBool().ShouldBe(true);

        var deployment = Map("{}");
        SchemaWalk.ApplyDefaults(deployment, Of("apps/v1", "Deployment"));
        deployment["spec"].At("template", "spec", "enableServiceLinks").IsAbsent.ShouldBeTrue();
        deployment["spec"]["replicas"].AsInt().ShouldBe(1);
    }

    [Fact]
    public void ApplyDefaults_GivesEachObjectItsOwnValues()
    {
        var schema = Of("apps/v1", "Deployment");
        var first = Map("{}");
        SchemaWalk.ApplyDefaults(first, schema);
        first.GetOrAddMap("spec")["replicas"] = 7;
        var second = Map("{}");
        SchemaWalk.ApplyDefaults(second, schema);
        second["spec"]["replicas"].AsInt().ShouldBe(1);
    }

    [Theory]
    [InlineData("v1", "Service", """{"spec":{"foo":1,"ports":[{"port":80,"bar":{}}]},"extra":2}""", "spec.ports[0].bar,spec.foo,extra")]
    [InlineData("v1", "ConfigMap", """{"data":{"anything":"x"},"metadata":{"labels":{"a":"b"},"nme":"x"}}""", "metadata.nme")]
    [InlineData("v1", "Pod", """{"metadata":{"managedFields":[{"manager":"m","fieldsV1":{"f:spec":{".":{}}}}]}}""", "")]
    [InlineData("apps/v1", "ControllerRevision", """{"data":{"spec":{"any":1}},"revision":1}""", "")]
    [InlineData("apiextensions.k8s.io/v1", "CustomResourceDefinition", """{"spec":{"versions":[{"schema":{"openAPIV3Schema":{"properties":{"a":{"items":{"x":1},"type":"array","nope":1}}}}}]}}""", "spec.versions[0].schema.openAPIV3Schema.properties.a.nope")]
    public void Prune_DropsWhatIsNotKnownAndNamesIt(string apiVersion, string kind, string text, string dropped)
    {
        var root = Map(text);
        string.Join(',', SchemaWalk.Prune(root, Of(apiVersion, kind))).ShouldBe(dropped);
        SchemaWalk.Prune(root, Of(apiVersion, kind)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("v1", "Pod", """{"metadata":{"labels":{},"annotations":null},"spec":{"hostNetwork":false,"hostPID":true,"containers":[{"name":"a","env":[],"resources":{}}],"volumes":[{"name":"v","emptyDir":{}}],"nodeSelector":{}}}""", """{"metadata":{},"spec":{"hostPID":true,"containers":[{"name":"a","resources":{}}],"volumes":[{"name":"v","emptyDir":{}}]}}""")]
    [InlineData("apps/v1", "Deployment", """{"spec":{"replicas":0,"paused":false,"minReadySeconds":0}}""", """{"spec":{"replicas":0}}""")]
    [InlineData("v1", "ConfigMap", """{"data":{"a":null,"b":""},"immutable":false}""", """{"data":{"a":"","b":""},"immutable":false}""")]
    public void Normalize_DoesWhatGoTypesDo(string apiVersion, string kind, string before, string after)
    {
        var root = Map(before);
        SchemaWalk.Normalize(root, Of(apiVersion, kind));
        ((Node)root).ShouldBe(Json.Parse(after));
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", """{"spec":{"replicas":"3"}}""", "spec.replicas", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("v1", "Pod", """{"spec":{"containers":[{"env":[{"name":"a","value":1}]}]}}""", "spec.containers[0].env[0].value", "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string")]
    [InlineData("v1", "Pod", """{"spec":{"containers":{}}}""", "spec.containers", "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container")]
    [InlineData("v1", "ConfigMap", """{"data":{"a":true}}""", "data.a", "json: cannot unmarshal bool into Go struct field ConfigMap.data.a of type string")]
    [InlineData("v1", "Secret", """{"data":{"a":"%"}}""", "data.a", "illegal base64 data at input byte 0")]
    [InlineData("v1", "Pod", """{"spec":{"containers":[{"resources":{"limits":{"cpu":"1x"}}}]}}""", "spec.containers[0].resources.limits.cpu", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    public void Validate_SaysWhatTheDecoderOfBuiltInKindsSays(string apiVersion, string kind, string text, string field, string message)
    {
        var fault = SchemaWalk.Validate(Map(text), Of(apiVersion, kind)).ShouldHaveSingleItem();
        fault.Field.ShouldBe(field);
        fault.Message.ShouldBe(message);
    }

    [Fact]
    public void Validate_AcceptsQuantitiesAndPortsInBothForms() =>
        SchemaWalk.Validate(
            Map("""{"spec":{"containers":[{"resources":{"limits":{"cpu":1,"memory":"1.5Gi","x":"100m","y":1e3}},"livenessProbe":{"httpGet":{"port":"http"}},"readinessProbe":{"httpGet":{"port":8}}}]}}"""),
            Of("v1", "Pod")).ShouldBeEmpty();

    [Fact]
    public void Walks_StandRecursiveTypes()
    {
        var deep = new StringBuilder("""{"type":"object"}""");
        for (var i = 0; i < 60; i++) deep.Insert(0, """{"type":"object","properties":{"a":""").Append("}}");
        var root = Map($$$"""{"spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{{{deep}}}}}]}}""");
        var schema = Of("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        SchemaWalk.Validate(root, schema).ShouldBeEmpty();
        SchemaWalk.Prune(root, schema).ShouldBeEmpty();
        SchemaWalk.ApplyDefaults(root, schema);
    }

    private static MapNode Map(string text) => Json.Parse(text).AsMap()!;

    private static Schema Of(string apiVersion, string kind) => BuiltInKinds.SchemaOf(GroupVersionKind.Parse(apiVersion, kind))!;
}
