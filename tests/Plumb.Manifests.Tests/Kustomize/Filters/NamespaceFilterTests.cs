using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Filters;

public sealed class NamespaceFilterTests
{
    private static readonly NamespaceFilter Bar = new(
        "bar", [], (_, kind) => kind is "ClusterRoleBinding" or "Namespace" or "CustomResourceDefinition");

    [Theory]
    [InlineData("{kind: A, metadata: {name: i}}", "{kind: A, metadata: {name: i, namespace: bar}}")]
    [InlineData("{kind: A, metadata: {name: i, namespace: null}}", "{kind: A, metadata: {name: i, namespace: bar}}")]
    [InlineData("{kind: A, metadata: {name: i, namespace: foo}}", "{kind: A, metadata: {name: i, namespace: bar}}")]
    [InlineData("{kind: A}", "{kind: A, metadata: {namespace: bar}}")]
    [InlineData("{kind: ClusterRoleBinding, metadata: {name: i}}", "{kind: ClusterRoleBinding, metadata: {name: i}}")]
    public void Namespace_IsThatOfTheMetadata(string before, string after) => Apply(Bar, before).ShouldBeYaml(after);

    [Theory]
    [InlineData("[{name: default}]", "[{name: default, namespace: bar}]")]
    [InlineData("[{name: default, namespace: foo}]", "[{name: default, namespace: bar}]")]
    [InlineData("[{name: something}]", "[{name: something}]")]
    [InlineData("[{name: something, namespace: foo}, null]", "[{name: something, namespace: foo}, null]")]
    [InlineData("null", "null")]
    public void Subject_GetsItWhenItIsTheDefaultAccount(string before, string after) =>
        Apply(Bar, $"{{kind: ClusterRoleBinding, subjects: {before}}}").ShouldBeYaml($"{{kind: ClusterRoleBinding, subjects: {after}}}");

    [Fact]
    public void AllAccounts_GetItWhenAskedFor() =>
        Apply(
            Bar with { Subjects = NamespaceFilter.AllAccounts },
            "{kind: ClusterRoleBinding, subjects: [{kind: ServiceAccount, name: x}, {kind: User, name: default}, {name: default}]}")
            .ShouldBeYaml(
                "{kind: ClusterRoleBinding, subjects: [{kind: ServiceAccount, name: x, namespace: bar}, {kind: User, name: default}, {name: default}]}");

    [Fact]
    public void NoSubjects_GetItWhenAskedFor() =>
        Apply(Bar with { Subjects = NamespaceFilter.NoSubjects }, "{kind: RoleBinding, subjects: [{name: default}]}")
            .ShouldBeYaml("{kind: RoleBinding, metadata: {namespace: bar}, subjects: [{name: default}]}");

    [Fact]
    public void FieldOfSubjects_IsLeftToTheMode()
    {
        var filter = Bar with { Fields = [new FieldSpec("RoleBinding", "subjects/namespace", true), new FieldSpec("", "subjects/namespace", true)] };
        Apply(filter with { Fields = [filter.Fields[0]] }, "{kind: RoleBinding, subjects: [{name: x}]}")
            .ShouldBeYaml("{kind: RoleBinding, metadata: {namespace: bar}, subjects: [{name: x}]}");
        Apply(filter, "{kind: RoleBinding, subjects: [{name: x}]}")
            .ShouldBeYaml("{kind: RoleBinding, metadata: {namespace: bar}, subjects: [{name: x, namespace: bar}]}");
    }

    [Fact]
    public void NameOfTheNamespaceItself_IsSetOnlyInTheCoreGroup()
    {
        var filter = Bar with { Fields = TransformerConfig.Default.Namespace };
        Apply(filter, "{apiVersion: v1, kind: Namespace, metadata: {name: x}}")
            .ShouldBeYaml("{apiVersion: v1, kind: Namespace, metadata: {name: bar}}");
        Apply(filter, "{apiVersion: crossplane.io/v1, kind: Namespace, metadata: {name: x}}")
            .ShouldBeYaml("{apiVersion: crossplane.io/v1, kind: Namespace, metadata: {name: x}}");
    }

    [Fact]
    public void FieldsOfTheConfiguration_AreSetToo()
    {
        var filter = Bar with { Fields = [new FieldSpec("", "a/b/c", true), new FieldSpec("", "metadata/namespace", true)] };
        Apply(filter, "{kind: ClusterRoleBinding}").ShouldBeYaml("{kind: ClusterRoleBinding, a: {b: {c: bar}}}");
        Apply(
            Bar with { Fields = TransformerConfig.Default.Namespace },
            "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {conversion: {webhook: {clientConfig: {service: {namespace: x}}}}}}")
            .ShouldBeYaml(
                "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {conversion: {webhook: {clientConfig: {service: {namespace: bar}}}}}}");
    }

    [Theory]
    [InlineData("{kind: A, metadata: {namespace: foo}}", "{kind: A, metadata: {namespace: foo}}")]
    [InlineData("{kind: A, metadata: {namespace: \"\"}}", "{kind: A, metadata: {namespace: bar}}")]
    [InlineData("{kind: A, metadata: {namespace: }}", "{kind: A, metadata: {namespace: bar}}")]
    [InlineData("{kind: A}", "{kind: A, metadata: {namespace: bar}}")]
    [InlineData(
        "{kind: RoleBinding, subjects: [{name: default, namespace: x}, {name: default}]}",
        "{kind: RoleBinding, metadata: {namespace: bar}, subjects: [{name: default, namespace: x}, {name: default, namespace: bar}]}")]
    public void UnsetOnly_LeavesWhatIsSet(string before, string after) => Apply(Bar with { UnsetOnly = true }, before).ShouldBeYaml(after);

    [Theory]
    [InlineData("{kind: ClusterRoleBinding, a: {b: c}}", "namespace field specs must target scalar nodes: considering field 'a' of object ")]
    [InlineData("{kind: ClusterRoleBinding, a: [{b: c}]}", "namespace field specs must target scalar nodes: considering field 'a' of object ")]
    [InlineData(
        "{kind: ClusterRoleBinding, subjects: x}",
        "setting namespace on (cluster)role binding subjects: wrong node kind: expected SequenceNode but got ScalarNode: node contents:\nx\n")]
    [InlineData(
        "{kind: ClusterRoleBinding, subjects: [x]}",
        "setting namespace on (cluster)role binding subjects: looking up name on (cluster)role binding subject: "
        + "wrong node kind: expected MappingNode but got ScalarNode: node contents:\nx\n")]
    public void Fault_SaysWhereItIs(string yaml, string message) =>
        Should.Throw<KustomizeException>(() => Apply(Bar with { Fields = [new FieldSpec("", "a")] }, yaml)).Message.ShouldStartWith(message);

    [Fact]
    public void PathThroughAScalar_FailsTheTransformation() =>
        Should.Throw<KustomizeException>(() => Apply(Bar with { Fields = [new FieldSpec("", "a/b")] }, "{kind: Namespace, a: x}")).Message.ShouldBe(
            "namespace transformation failed: considering field 'a/b' of object Namespace.[noVer].[noGrp]/[noName].[noNs]: "
            + "expected sequence or mapping node");

    [Fact]
    public void UnknownMode_IsRefusedForBindingsOnly()
    {
        var filter = Bar with { Subjects = "bogus" };
        Apply(filter, "{kind: A}").ShouldBeYaml("{kind: A, metadata: {namespace: bar}}");
        Should.Throw<KustomizeException>(() => Apply(filter, "{kind: RoleBinding}")).Message.ShouldBe(
            "invalid value \"bogus\" for setRoleBindingSubjects: must be one of \"defaultOnly\", \"none\" or \"allServiceAccounts\"");
    }

    private static Plumb.Manifests.Kustomize.Nodes.YamlNode Apply(NamespaceFilter filter, string yaml)
    {
        var node = Trees.Read(yaml);
        filter.Apply(node);
        return node;
    }
}
