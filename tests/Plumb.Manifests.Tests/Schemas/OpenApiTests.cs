using System.Buffers;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Tests.Schemas;

public sealed class OpenApiTests
{
    private const string Deployment = "io.k8s.api.apps.v1.Deployment";

    [Fact]
    public void WriteV3_HasWhatKubectlLooksFor()
    {
        var document = V3("apps/v1", BuiltInKinds.All.Select(OpenApiKind.Of));
        var patch = document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"];
        patch["x-kubernetes-action"].AsString().ShouldBe("patch");
        patch["x-kubernetes-group-version-kind"].ShouldBe(Json.Parse("""{"group":"apps","version":"v1","kind":"Deployment"}"""));
        patch["parameters"].AsList()!.Select(p => p["name"].AsString()).ShouldContain("fieldValidation");
        patch["parameters"].AsList()!.Select(p => p["name"].AsString()).ShouldContain("dryRun");
        patch["requestBody"]["content"].AsMap()!.Keys.ShouldContain("application/strategic-merge-patch+json");

        var schemas = document["components"]["schemas"];
        schemas[Deployment]["x-kubernetes-group-version-kind"][0]["kind"].AsString().ShouldBe("Deployment");
        schemas[Deployment]["properties"]["spec"]["allOf"][0]["$ref"].AsString().ShouldBe("#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec");
        var containers = schemas["io.k8s.api.core.v1.PodSpec"]["properties"]["containers"];
        containers["x-kubernetes-patch-merge-key"].AsString().ShouldBe("name");
        containers["x-kubernetes-patch-strategy"].AsString().ShouldBe("merge");
        containers["x-kubernetes-list-type"].AsString().ShouldBe("map");
        containers["x-kubernetes-list-map-keys"].ShouldBe(Json.Parse("""["name"]"""));
        document["paths"].AsMap()!.Keys.ShouldAllBe(p => p.StartsWith("/apis/apps/v1/"));
    }

    [Fact]
    public void WriteV3_EveryReferenceIsDefined()
    {
        foreach (var version in BuiltInKinds.All.Select(k => k.Kind.ApiVersion).Distinct())
        {
            var document = V3(version, BuiltInKinds.All.Select(OpenApiKind.Of));
            var defined = document["components"]["schemas"].AsMap()!.Keys.ToHashSet();
            References(document).Where(r => !defined.Contains(r.Replace("#/components/schemas/", "", StringComparison.Ordinal))).ShouldBeEmpty(version);
        }
    }

    [Fact]
    public void WriteV2_EveryReferenceIsDefined()
    {
        var document = Written(w => OpenApi.WriteV2(w, BuiltInKinds.All.Select(OpenApiKind.Of)));
        var defined = document["definitions"].AsMap()!.Keys.ToHashSet();
        defined.ShouldContain("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition");
        defined.ShouldContain("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
        References(document).Where(r => !defined.Contains(r.Replace("#/definitions/", "", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void WriteV3_PublishesCustomKindsWithoutStrategicMerge()
    {
        var schema = CustomSchemaTests.Spec("""{"replicas":{"type":"integer","description":"How many.","minimum":1}}""", out _);
        var kind = new OpenApiKind(new("stable.example.com", "v1", "CronTab"), "crontabs", true, schema, BuiltInKinds.Find(new("", "v1", "Pod"))!.Verbs, true);
        var document = V3("stable.example.com/v1", [kind]);
        var patch = document["paths"]["/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}"]["patch"];
        patch["requestBody"]["content"].AsMap()!.Keys.ShouldNotContain("application/strategic-merge-patch+json");
        var replicas = document["components"]["schemas"]["com.example.stable.v1.CronTab"]["properties"]["spec"]["properties"]["replicas"];
        replicas["description"].AsString().ShouldBe("How many.");
        replicas["minimum"].AsInt().ShouldBe(1);
    }

    private static Node V3(string version, IEnumerable<OpenApiKind> kinds) => Written(w => OpenApi.WriteV3(w, version, kinds));

    private static Node Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        return Json.Parse(buffer.WrittenSpan);
    }

    private static IEnumerable<string> References(Node node)
    {
        if (node.AsMap() is { } map)
        {
            foreach (var (key, value) in map)
            {
                if (key == "$ref" && value.AsString() is { } reference) yield return reference;
                foreach (var found in References(value)) yield return found;
            }
        }

        foreach (var item in node.AsList() ?? new ListNode())
        {
            foreach (var found in References(item)) yield return found;
        }
    }
}
