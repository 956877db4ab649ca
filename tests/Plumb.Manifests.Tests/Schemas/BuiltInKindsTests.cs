using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Tests.Schemas;

public sealed class BuiltInKindsTests
{
    [Fact]
    public void All_HasPluralSchemaAndVerbsForEveryKind()
    {
        BuiltInKinds.All.Count.ShouldBeGreaterThan(55);
        foreach (var kind in BuiltInKinds.All)
        {
            kind.Plural.ShouldNotBeEmpty(kind.Kind.ToString());
            kind.Plural.ShouldBe(kind.Plural.ToLowerInvariant());
            kind.Verbs.ShouldNotBeEmpty(kind.Kind.ToString());
            kind.Verbs.ShouldBe(kind.Verbs.Order(StringComparer.Ordinal));
            var schema = BuiltInKinds.SchemaOf(kind.Kind).ShouldNotBeNull(kind.Kind.ToString());
            schema.Type.ShouldBe(SchemaType.Object);
            schema.Properties.Keys.ShouldContain("apiVersion", kind.Kind.ToString());
            schema.Properties.Keys.ShouldContain("metadata", kind.Kind.ToString());
            if (kind.HasStatus) schema.Properties.Keys.ShouldContain("status", kind.Kind.ToString());
        }
    }

    [Fact]
    public void All_IsSorted() =>
        BuiltInKinds.All.Select(k => (k.Kind.Group, k.Kind.Version, k.Kind.Kind))
            .ShouldBe(BuiltInKinds.All.Select(k => (k.Kind.Group, k.Kind.Version, k.Kind.Kind))
                .OrderBy(k => k.Group, StringComparer.Ordinal).ThenBy(k => k.Version, StringComparer.Ordinal).ThenBy(k => k.Kind, StringComparer.Ordinal));

    [Fact]
    public void All_TypesAreReadable()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var todo = new Stack<Schema>(BuiltInKinds.All.Select(k => BuiltInKinds.SchemaOf(k.Kind)!));
        while (todo.TryPop(out var schema))
        {
            if (schema.Items is not null) todo.Push(schema.Items);
            if (schema.AdditionalProperties is not null) todo.Push(schema.AdditionalProperties);
            if (!seen.Add(schema.Properties)) continue;
            foreach (var field in schema.Properties.Values) todo.Push(field);
        }

        seen.Count.ShouldBeGreaterThan(400);
    }

    [Fact]
    public void Find_KnowsFactsOfDeployment()
    {
        var kind = BuiltInKinds.Find(new("apps", "v1", "Deployment")).ShouldNotBeNull();
        kind.Plural.ShouldBe("deployments");
        kind.Singular.ShouldBe("deployment");
        kind.ShortNames.ShouldBe(["deploy"]);
        kind.Categories.ShouldBe(["all"]);
        kind.Namespaced.ShouldBeTrue();
        kind.HasScale.ShouldBeTrue();
        kind.HasStatus.ShouldBeTrue();
        kind.Verbs.ShouldBe(["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]);
    }

    [Fact]
    public void Find_IsNullForUnknownKinds()
    {
        BuiltInKinds.Find(new("apps", "v1beta1", "Deployment")).ShouldBeNull();
        BuiltInKinds.SchemaOf(new("", "v1", "Nothing")).ShouldBeNull();
    }

    [Fact]
    public void SchemaOf_GivesTheSameOneEachTime() =>
        BuiltInKinds.SchemaOf(new("", "v1", "Pod")).ShouldBeSameAs(BuiltInKinds.SchemaOf(new("", "v1", "Pod")));

    [Theory]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers", "name", true, "name")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers[].ports", "containerPort,protocol", true, "containerPort")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers[].env", "name", true, "name")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers[].volumeMounts", "mountPath", true, "mountPath")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.containers[].args", "", false, null)]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.volumes", "name", true, "name")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.imagePullSecrets", "name", true, "name")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.hostAliases", "ip", true, "ip")]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.tolerations", "", false, null)]
    [InlineData("apps/v1", "Deployment", "spec.template.spec.topologySpreadConstraints", "topologyKey,whenUnsatisfiable", true, "topologyKey")]
    [InlineData("apps/v1", "Deployment", "status.conditions", "type", true, "type")]
    [InlineData("v1", "Service", "spec.ports", "port,protocol", true, "port")]
    [InlineData("v1", "ServiceAccount", "secrets", "name", true, "name")]
    [InlineData("v1", "Pod", "metadata.ownerReferences", "uid", true, "uid")]
    [InlineData("networking.k8s.io/v1", "Ingress", "spec.rules", "", false, null)]
    [InlineData("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "webhooks", "name", true, "name")]
    public void SchemaOf_KnowsListKeysAndPatchKeys(string apiVersion, string kind, string path, string keys, bool merges, string? mergeKey)
    {
        var list = SchemaAt(apiVersion, kind, path);
        list.Type.ShouldBe(SchemaType.List);
        string.Join(',', list.ListKeys).ShouldBe(keys);
        list.ListKind.ShouldBe(keys.Length > 0 ? ListKind.Map : ListKind.Atomic);
        list.PatchMerge.ShouldBe(merges);
        list.PatchMergeKey.ShouldBe(mergeKey);
    }

    [Theory]
    [InlineData("v1", "Pod", "metadata.finalizers", SchemaType.List)]
    [InlineData("v1", "Service", "spec.ports[].targetPort", SchemaType.IntOrString)]
    [InlineData("v1", "Pod", "spec.containers[].resources.limits", SchemaType.Map)]
    [InlineData("v1", "Pod", "spec.containers[].resources.limits.cpu", SchemaType.Quantity)]
    [InlineData("v1", "Pod", "metadata.managedFields[].fieldsV1", SchemaType.Object)]
    [InlineData("v1", "Secret", "data.a", SchemaType.String)]
    [InlineData("apps/v1", "Deployment", "spec.replicas", SchemaType.Integer)]
    [InlineData("v1", "Pod", "spec.hostNetwork", SchemaType.Boolean)]
    public void SchemaOf_KnowsTypes(string apiVersion, string kind, string path, SchemaType type) =>
        SchemaAt(apiVersion, kind, path).Type.ShouldBe(type);

    [Fact]
    public void SchemaOf_KnowsSetsAtomicMapsAndRetainKeys()
    {
        SchemaAt("v1", "Pod", "metadata.finalizers").ListKind.ShouldBe(ListKind.Set);
        SchemaAt("apps/v1", "Deployment", "spec.selector").Atomic.ShouldBeTrue();
        SchemaAt("v1", "Service", "spec.selector").Atomic.ShouldBeTrue();
        SchemaAt("v1", "Pod", "spec.nodeSelector").Atomic.ShouldBeTrue();
        SchemaAt("v1", "ConfigMap", "data").Atomic.ShouldBeFalse();
        SchemaAt("v1", "Pod", "spec.imagePullSecrets[]").Atomic.ShouldBeTrue();
        SchemaAt("apps/v1", "Deployment", "spec.strategy").PatchRetainKeys.ShouldBeTrue();
        SchemaAt("apps/v1", "Deployment", "spec.template.spec.volumes").PatchRetainKeys.ShouldBeTrue();
    }

    internal static Schema SchemaAt(string apiVersion, string kind, string path)
    {
        var schema = BuiltInKinds.SchemaOf(GroupVersionKind.Parse(apiVersion, kind)).ShouldNotBeNull();
        foreach (var part in path.Split('.'))
        {
            var name = part.Replace("[]", "", StringComparison.Ordinal);
            schema = schema.Field(name);
            if (name != part) schema = schema.Items.ShouldNotBeNull();
        }

        return schema;
    }
}
