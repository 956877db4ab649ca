using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Schemas;

namespace Plumb.Manifests.Tests.Kustomize.Schemas;

public sealed class KustomizeSchemasTests
{
    private const string Custom = """
        {
          "definitions": {
            "io.custom.v1.Custom": {
              "type": "object",
              "properties": {
                "spec": {"$ref": "#/definitions/io.custom.v1.Spec"},
                "loop": {"$ref": "#/definitions/io.custom.v1.Loop"},
                "gone": {"$ref": "#/definitions/io.custom.v1.Gone"},
                "far": {"$ref": "http://example.com/schema.json"},
                "inside": {"$ref": "#/definitions/io.custom.v1.Spec/properties/parts/items"},
                "pod": {"$ref": "#/definitions/io.k8s.api.core.v1.PodSpec"}
              },
              "x-kubernetes-group-version-kind": [{"group": "custom.io", "kind": "Custom", "version": "v1"}]
            },
            "io.custom.v1.Loop": {"$ref": "#/definitions/io.custom.v1.Loop"},
            "io.custom.v1.Spec": {
              "type": "object",
              "properties": {
                "parts": {
                  "type": "array",
                  "items": {"type": "object", "properties": {"id": {"type": "string"}}},
                  "x-kubernetes-patch-strategy": "merge",
                  "X-Kubernetes-Patch-Merge-Key": "id"
                },
                "keyed": {
                  "type": ["array"],
                  "items": {"type": "string"},
                  "x-kubernetes-patch-strategy": "merge",
                  "x-kubernetes-patch-merge-key": "a",
                  "x-kubernetes-list-map-keys": ["a", "b"]
                },
                "listOnly": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-map-keys": ["a"]},
                "either": {"type": ["array", "null"], "items": {"type": "string"}},
                "free": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
                "closed": {"type": "object", "additionalProperties": false}
              }
            },
            "io.custom.v1.Core": {
              "type": "object",
              "properties": {"mine": {"type": "string"}},
              "x-kubernetes-group-version-kind": [{"kind": "ConfigMap", "version": "v1"}, {"group": "", "kind": "Other", "version": "v1"}]
            }
          },
          "paths": {
            "/apis/custom.io/v1/customs": {
              "get": {"x-kubernetes-group-version-kind": {"group": "custom.io", "kind": "Custom", "version": "v1"}}
            },
            "/apis/custom.io/v1/namespaces/{namespace}/customs": {
              "get": {"x-kubernetes-group-version-kind": {"group": "custom.io", "kind": "Custom", "version": "v1"}}
            },
            "/apis/custom.io/v1/clustercustoms": {
              "get": {"x-kubernetes-group-version-kind": {"group": "custom.io", "kind": "ClusterCustom", "version": "v1"}}
            },
            "/apis/custom.io/v1/posted": {
              "post": {"x-kubernetes-group-version-kind": {"group": "custom.io", "kind": "Posted", "version": "v1"}}
            },
            "/api/v1/namespaces": {
              "get": {"x-kubernetes-group-version-kind": {"kind": "Deployment", "version": "v1", "group": "apps"}}
            }
          }
        }
        """;

    private static readonly KustomizeSchemas WithCustom = KustomizeSchemas.Default.With(Json.Parse(Custom));

    private static FieldSchema Spec => WithCustom.SchemaOf("custom.io/v1", "Custom")!.Field("spec")!;

    [Theory]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers", "merge", "name")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers.[].ports", "merge", "containerPort protocol")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers.[].env", "merge", "name")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers.[].volumeMounts", "merge", "mountPath")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers.[].args", "", "")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers.[].envFrom", "", "")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.volumes", "merge,retainKeys", "name")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.imagePullSecrets", "merge", "name")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.tolerations", "", "")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.topologySpreadConstraints", "merge", "topologyKey whenUnsatisfiable")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.hostAliases", "merge", "ip")]
    [InlineData("apps/v1", "Deployment", "metadata.finalizers", "merge", "")]
    [InlineData("apps/v1", "Deployment", "metadata.ownerReferences", "merge", "uid")]
    [InlineData("apps/v1", "Deployment", "status.conditions", "merge", "type")]
    [InlineData("v1", "Pod", "spec.initContainers", "merge", "name")]
    [InlineData("v1", "Service", "spec.ports", "merge", "port protocol")]
    [InlineData("v1", "ServiceAccount", "secrets", "merge", "name")]
    [InlineData("batch/v1beta1", "CronJob", "spec.jobTemplate.spec.template.spec.containers", "merge", "name")]
    [InlineData("networking.k8s.io/v1", "Ingress", "spec.rules", "", "")]
    [InlineData("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "webhooks", "merge", "name")]
    [InlineData("kustomize.config.k8s.io/v1beta1", "Kustomization", "configMapGenerator", "merge", "name")]
    public void BuiltInList_IsMergedBy(string apiVersion, string kind, string path, string strategy, string keys)
    {
        var list = Find(KustomizeSchemas.Default, apiVersion, kind, path).ShouldNotBeNull();

        list.PatchStrategy.ShouldBe(strategy);
        list.IsMerged.ShouldBe(strategy.Length > 0);
        list.PatchMergeKeys.ShouldBe(keys.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", "spec.replicas", true)]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers.[].args.[]", true)]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers.[].resources.limits.cpu", true)]
    [InlineData("apps/v1", "Deployment", "metadata.labels.anything", true)]
    [InlineData("v1", "ConfigMap", "data.anything", true)]
    [InlineData("apiextensions.k8s.io/v1", "CustomResourceDefinition", "spec.versions.[].schema.openAPIV3Schema.properties.a.properties.b", true)]
    [InlineData("v1", "PodList", "items.[].spec.containers", true)]
    [InlineData("apps/v1", "Deployment", "spec.frob", false)]
    [InlineData("apps/v1", "Deployment", "spec.[]", false)]
    [InlineData("apps/v1", "Deployment", "spec.replicas.[]", false)]
    [InlineData("apps/v1", "Deployment", "spec.replicas.x", false)]
    [InlineData("apps/v2", "Deployment", "spec", false)]
    [InlineData("apps/v1", "deployment", "spec", false)]
    [InlineData("extensions/v1beta1", "Deployment", "spec", false)]
    [InlineData("custom.io/v1", "Custom", "spec", false)]
    public void BuiltInField_IsKnownOrNot(string apiVersion, string kind, string path, bool known) =>
        (Find(KustomizeSchemas.Default, apiVersion, kind, path) is not null).ShouldBe(known);

    [Theory]
    [InlineData("apps/v1", "Deployment", true)]
    [InlineData("v1", "Namespace", false)]
    [InlineData("v1", "Node", false)]
    [InlineData("v1", "Pod", true)]
    [InlineData("v1", "PersistentVolume", false)]
    [InlineData("v1", "PersistentVolumeClaim", true)]
    [InlineData("v1", "ServiceAccount", true)]
    [InlineData("v1", "PodExecOptions", true)]
    [InlineData("v1", "NodeProxyOptions", false)]
    [InlineData("rbac.authorization.k8s.io/v1", "ClusterRole", false)]
    [InlineData("rbac.authorization.k8s.io/v1", "RoleBinding", true)]
    [InlineData("apiextensions.k8s.io/v1", "CustomResourceDefinition", false)]
    [InlineData("policy/v1beta1", "PodSecurityPolicy", false)]
    [InlineData("autoscaling/v1", "Scale", true)]
    [InlineData("storage.k8s.io/v1beta1", "CSIStorageCapacity", true)]
    [InlineData("extensions/v1beta1", "Ingress", true)]
    [InlineData("extensions/v1beta1", "Deployment", null)]
    [InlineData("autoscaling/v2", "HorizontalPodAutoscaler", null)]
    [InlineData("v1", "PodList", null)]
    [InlineData("v1", "List", null)]
    [InlineData("custom.io/v1", "Custom", null)]
    public void BuiltInKind_LivesInANamespaceOrNot(string apiVersion, string kind, bool? expected) =>
        KustomizeSchemas.Default.IsNamespaced(apiVersion, kind).ShouldBe(expected);

    [Theory]
    [InlineData("custom.io/v1", "Custom", true)]
    [InlineData("custom.io/v1", "ClusterCustom", false)]
    [InlineData("custom.io/v1", "Posted", null)]
    [InlineData("custom.io/v2", "Custom", null)]
    [InlineData("apps/v1", "Deployment", true)] // what is built in holds
    [InlineData("v1", "Node", false)]
    public void CustomSchema_PathsTellTheScope(string apiVersion, string kind, bool? expected) =>
        WithCustom.IsNamespaced(apiVersion, kind).ShouldBe(expected);

    [Theory]
    [InlineData("parts", "merge", "id")]
    [InlineData("keyed", "merge", "a b")]
    [InlineData("listOnly", "", "")]
    public void CustomSchema_TellsHowListsAreMerged(string field, string strategy, string keys)
    {
        Spec.Field(field)!.PatchStrategy.ShouldBe(strategy);
        string.Join(' ', Spec.Field(field)!.PatchMergeKeys).ShouldBe(keys);
    }

    [Theory]
    [InlineData("spec.parts.[].id", true)]
    [InlineData("spec.parts.[].other", false)]
    [InlineData("spec.keyed.[]", true)]
    [InlineData("spec.either.[]", false)] // a value of several types has no items
    [InlineData("spec.free.anything.[]", true)]
    [InlineData("spec.closed", true)]
    [InlineData("spec.closed.anything", false)]
    [InlineData("inside.id", true)]
    [InlineData("loop", false)]
    [InlineData("gone", false)]
    [InlineData("far", false)]
    [InlineData("pod", false)]
    public void CustomSchema_FollowsReferencesWithinIt(string path, bool known) =>
        (Find(WithCustom, "custom.io/v1", "Custom", path) is not null).ShouldBe(known);

    [Fact]
    public void CustomSchema_Alone_LeavesBuiltInKindsUnknown()
    {
        WithCustom.SchemaOf("apps/v1", "Deployment").ShouldBeNull();
        WithCustom.SchemaOf("v1", "ConfigMap")!.Field("mine").ShouldNotBeNull();
        WithCustom.SchemaOf("v1", "Other").ShouldNotBeNull();
        WithCustom.SchemaOf("kustomize.config.k8s.io/v1beta1", "Kustomization").ShouldNotBeNull();
    }

    [Theory]
    [InlineData(nameof(BuiltInSchemas.Before), "mine", true)]
    [InlineData(nameof(BuiltInSchemas.Before), "data", false)]
    [InlineData(nameof(BuiltInSchemas.After), "mine", false)]
    [InlineData(nameof(BuiltInSchemas.After), "data", true)]
    public void CustomSchema_WithBuiltInOnes_TheLaterWins(string builtIn, string field, bool known)
    {
        var schemas = KustomizeSchemas.Of(null, Json.Parse(Custom), Enum.Parse<BuiltInSchemas>(builtIn));

        (schemas.SchemaOf("v1", "ConfigMap")!.Field(field) is not null).ShouldBe(known);
        schemas.SchemaOf("apps/v1", "Deployment").ShouldNotBeNull();
        Find(schemas, "custom.io/v1", "Custom", "pod.containers")!.PatchMergeKeys.ShouldBe(["name"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v1.21.2")]
    public void Version_ThatIsBuiltIn_IsTheDefault(string? version) =>
        KustomizeSchemas.Of(version, null).ShouldBeSameAs(KustomizeSchemas.Default);

    [Theory]
    [InlineData("v1.20.4")]
    [InlineData("1.21.2")]
    [InlineData("latest")]
    public void Version_ThatIsNotBuiltIn_IsRefused(string version) =>
        Should.Throw<KustomizeException>(() => KustomizeSchemas.Of(version, null)).Message
            .ShouldBe("the specified OpenAPI version is not built in");

    [Fact]
    public void Version_BesideASchema_IsRefused() =>
        Should.Throw<KustomizeException>(() => KustomizeSchemas.Of("v1.21.2", Json.Parse(Custom))).Message
            .ShouldBe("builtin version and custom schema provided, cannot use both");

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("""{"definitions": []}""")]
    [InlineData("""{"paths": "x"}""")]
    public void CustomSchema_ThatIsNone_IsRefused(string document) =>
        Should.Throw<KustomizeException>(() => KustomizeSchemas.Default.With(Json.Parse(document))).Message
            .ShouldStartWith("invalid schema file: ");

    [Fact]
    public void Tables_MayBeReadByManyAtOnce()
    {
        var found = new FieldSchema?[64];
        Parallel.For(0, found.Length, i => found[i] = Find(
            KustomizeSchemas.Default, "apps/v1", "StatefulSet", "spec.template.spec.containers.[].ports.[].containerPort"));

        found.ShouldAllBe(schema => schema != null);
    }

    private static FieldSchema? Find(KustomizeSchemas schemas, string apiVersion, string kind, string path) =>
        path.Split('.').Aggregate(schemas.SchemaOf(apiVersion, kind), (schema, step) => step == "[]" ? schema?.Elements : schema?.Field(step));
}
