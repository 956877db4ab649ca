using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Replacements;
using Plumb.Manifests.Tests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Replacements;

public sealed class PathMatcherTests
{
    private const string Pod =
        "{containers: [{name: nginx, image: 'nginx:1.7.9', args: [-c, conf.yaml], ports: [{containerPort: 80}], env: [{key: NAME, value: nginx}]}, "
        + "{name: sidecar, image: 'sidecar:1.0.0', ports: [{containerPort: 8081}, {containerPort: 9090}]}], selector: {app: web}}";

    [Theory]
    [InlineData("containers.[name=.*].image", "nginx:1.7.9|sidecar:1.0.0")]
    [InlineData("containers.[name=n.*].image", "nginx:1.7.9")]
    [InlineData("containers.[name=s.*].image", "sidecar:1.0.0")]
    [InlineData("containers.[name=.*x].image", "nginx:1.7.9")]
    [InlineData("containers.[name=i].image", "nginx:1.7.9|sidecar:1.0.0")]
    [InlineData("containers.[name=^nginx$].image", "nginx:1.7.9")]
    [InlineData("containers.[image=nginx:1.7].name", "nginx")]
    [InlineData("containers.[name=.*].ports.[containerPort=8.*]", "{containerPort: 80}|{containerPort: 8081}")]
    [InlineData("containers.[name=.*].ports.[containerPort=.*1]", "{containerPort: 8081}")]
    [InlineData("containers.[name=s.*].ports.[containerPort=.*2]", "")]
    [InlineData("containers.[nothing=.*].ports", "")]
    [InlineData("containers.*.image", "nginx:1.7.9|sidecar:1.0.0")]
    [InlineData("containers.*.ports.*", "{containerPort: 80}|{containerPort: 8081}|{containerPort: 9090}")]
    [InlineData("containers.*.args", "[-c, conf.yaml]")]
    [InlineData("containers.0.args.1", "conf.yaml")]
    [InlineData("containers.0.args.[=conf]", "conf.yaml")]
    [InlineData("containers.0.args.[=conf].deeper.is.not.looked.at", "conf.yaml")]
    [InlineData("selector.app", "web")]
    [InlineData("selector.missing.app", "")]
    [InlineData("missing", "")]
    public void Path_FindsAllThatFit(string path, string expected) =>
        string.Join('|', Find(Trees.Read(Pod), path, null)).ShouldBe(expected);

    [Fact]
    public void QuotedValue_IsMatchedWithItsQuotes()
    {
        var node = Trees.Read("{a: [{n: \"x\", v: 1}, {n: x, v: 2}]}");
        string.Join('|', Find(node, "a.[n=^x$].v", null)).ShouldBe("2");
        string.Join('|', Find(node, "a.[n=^\"x\"$].v", null)).ShouldBe("1");
    }

    [Theory]
    [InlineData("containers.[name=new]", "Map", "{a: {}, containers: [{name: new}]}", "{name: new}")]
    [InlineData("a.env.0", "Map", "{a: {env: [{}]}}", "{}")]
    [InlineData("a.env.0.name", "Map", "{a: {env: [{name: {}}]}}", "{}")]
    [InlineData("a.list.[=made]", "Scalar", "{a: {list: [made]}}", "made")]
    [InlineData("a.b.c", "Map", "{a: {b: {c: {}}}}", "{}")]
    [InlineData("l.[name=new].env.[key=k].value", "Map", "{a: {}, l: [{name: new, env: [{key: k, value: {}}]}]}", "{}")]
    [InlineData("l.[foo=.*].env", "List", "{a: {}, l: [{foo: .*, env: []}]}", "[]")]
    public void WhatIsMissing_IsMade(string path, string kind, string after, string found)
    {
        var node = Trees.Read("{a: {}}");
        string.Join('|', Find(node, path, Enum.Parse<YamlKind>(kind))).ShouldBe(found);
        node.ShouldBeYaml(after);
    }

    [Theory]
    [InlineData("containers.[name=.*].env", "[{key: NAME, value: nginx}]|[]")]
    [InlineData("containers.*.env", "[{key: NAME, value: nginx}]|[]")]
    [InlineData("containers.[name=nginx].env", "[{key: NAME, value: nginx}]")]
    public void WhatSomeItemsLack_IsMadeInThose(string path, string found) =>
        string.Join('|', Find(Trees.Read(Pod), path, YamlKind.List)).ShouldBe(found);

    [Theory]
    [InlineData("containers.3", null, "index 3 specified but only 2 elements found")]
    [InlineData("containers.2", null, "index 2 specified but only 2 elements found")]
    [InlineData("containers.3", "Map", "index 3 specified but only 2 elements found")]
    [InlineData("containers.0.fresh.1", "Map", "index 1 specified but only 0 elements found")]
    [InlineData("containers.[name]", null, "list path element must contain fieldName=fieldValue for element to match")]
    [InlineData("containers.[name=(]", null, "error parsing regexp: missing closing ): `(`")]
    [InlineData("selector.0", null, "wrong node kind: expected SequenceNode but got MappingNode: node contents:\napp: web\n")]
    [InlineData("selector.*", null, "wrong node kind: expected SequenceNode but got MappingNode: node contents:\napp: web\n")]
    [InlineData("selector.app.x", null, "wrong node kind: expected MappingNode but got ScalarNode: node contents:\nweb\n")]
    public void PathThatDoesNotFit_IsRefused(string path, string? create, string message) =>
        Should.Throw<KustomizeException>(() => Find(Trees.Read(Pod), path, create is null ? null : Enum.Parse<YamlKind>(create))).Message.ShouldBe(message);

    [Fact]
    public void ItemThatItsOwnPatternDoesNotMatch_IsNotMadeForEver() =>
        Should.Throw<KustomizeException>(() => Find(Trees.Read("{a: []}"), "a.[name=a+b].x", YamlKind.Scalar))
            .Message.ShouldContain("[name=a+b]");

    private static List<YamlNode> Find(YamlNode node, string path, YamlKind? create) =>
        PathMatcher.Find(node, FieldPath.SplitKeepingBrackets(path, '.'), create);
}
