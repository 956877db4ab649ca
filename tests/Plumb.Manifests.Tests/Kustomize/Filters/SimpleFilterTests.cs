using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Filters;

/// <summary>Labels, annotations, names, replica counts, added values.</summary>
public sealed class SimpleFilterTests
{
    private static readonly FieldSpec Labels = new("", "metadata/labels", true);

    [Fact]
    public void Labels_AreAddedAndChanged() => Label(
        "{metadata: {name: i, labels: {hero: batman, fiend: riddler}}}",
        [Labels],
        ("clown", "emmett kelley"),
        ("hero", "superman"))
        .ShouldBeYaml("{metadata: {name: i, labels: {hero: superman, fiend: riddler, clown: emmett kelley}}}");

    [Fact]
    public void Labels_AreMadeWithTheirMaps() =>
        Label("{kind: Bar, apiVersion: x/v1}", [Labels, new FieldSpec("Bar", "a/b", true), new FieldSpec(new Gvk("", "v2", ""), "c", true)], ("x", "y"))
            .ShouldBeYaml("{kind: Bar, apiVersion: x/v1, metadata: {labels: {x: y}}, a: {b: {x: y}}}");

    [Fact]
    public void Labels_ReplaceANull() => Label("{metadata: {labels: null}}", [Labels], ("x", "y")).ShouldBeYaml("{metadata: {labels: {x: y}}}");

    [Theory]
    [InlineData("2")]
    [InlineData("true")]
    [InlineData("yes")]
    [InlineData("null")]
    [InlineData("1.10")]
    [InlineData("")]
    [InlineData("2001-01-01")]
    [InlineData("a: b")]
    public void LabelValue_IsTextWhateverItLooksLike(string value)
    {
        var node = Label("{metadata: {labels: {old: 1}}}", [Labels], ("new", value), ("old", value));
        node.ShouldBeYaml($"{{metadata: {{labels: {{new: \"{value}\", old: \"{value}\"}}}}}}");
    }

    [Fact]
    public void LabelMade_IsOneNodeInAllItsMaps()
    {
        // The tool has it so: what changes a label of an object later changes all that were made with it.
        var node = Label("{}", [Labels, new FieldSpec("", "spec/template/metadata/labels", true)], ("app", "web"));
        NodeLookup.Find(node, ["metadata", "labels", "app"])!.SetValue("other");
        node.ShouldBeYaml("{metadata: {labels: {app: other}}, spec: {template: {metadata: {labels: {app: other}}}}}");
    }

    [Fact]
    public void LabelsThatAreNoMap_AreRefused() =>
        Should.Throw<KustomizeException>(() => Label("{kind: A, metadata: {labels: x}}", [Labels], ("a", "b"))).Message.ShouldBe(
            "considering field 'metadata/labels' of object A.[noVer].[noGrp]/[noName].[noNs]: "
            + "wrong node kind: expected MappingNode but got ScalarNode: node contents:\nx\n");

    [Theory]
    [InlineData("{metadata: {name: instance}}", "{metadata: {name: foo-instance-bar}}")]
    [InlineData("{metadata: {name: \"1\"}}", "{metadata: {name: foo-1-bar}}")]
    [InlineData("{metadata: {}}", "{metadata: {}}")]
    public void Name_GetsPrefixAndSuffix(string before, string after)
    {
        var node = Trees.Read(before);
        NameFilter.Apply(node, new FieldSpec("", "metadata/name"), "foo-", "-bar");
        node.ShouldBeYaml(after);
    }

    [Fact]
    public void PlainName_MayBecomeANumber()
    {
        var node = Trees.Read("{metadata: {name: 1e3}}");
        NameFilter.Apply(node, new FieldSpec("", "metadata/name"), "1", "");
        node.ShouldBeYaml("{metadata: {name: 11000}}");
    }

    [Theory]
    [InlineData("{spec: {replicas: 5}}", true, "{spec: {replicas: 42}}")]
    [InlineData("{spec: {replicas: null}}", true, "{spec: {replicas: 42}}")]
    [InlineData("{spec: {}}", true, "{spec: {replicas: 42}}")]
    [InlineData("{}", true, "{spec: {replicas: 42}}")]
    [InlineData("{spec: {}}", false, "{spec: {}}")]
    public void Replicas_AreSet(string before, bool create, string after)
    {
        var node = Trees.Read(before);
        ReplicaCountFilter.Apply(node, new FieldSpec("", "spec/replicas", create), 42);
        node.ShouldBeYaml(after);
    }

    [Theory]
    [InlineData("{}", "spec/ref/external", 0, "{spec: {ref: {external: added}}}")]
    [InlineData("{}", @"spec/ref\/external", 0, "{spec: {ref/external: added}}")]
    [InlineData("{a: pro/what}", "a", 0, "{a: added}")]
    [InlineData("{a: pro/what}", "a", 1, "{a: added/pro/what}")]
    [InlineData("{a: pro/what}", "a", 2, "{a: pro/added/what}")]
    [InlineData("{a: pro/what}", "a", 99, "{a: pro/what/added}")]
    [InlineData("{a: /pro/what}", "a", 1, "{a: /added/pro/what}")]
    [InlineData("{a: /pie}", "a", 2, "{a: /pie/added}")]
    [InlineData("{a: /}", "a", 1, "{a: /added}")]
    public void Value_IsAddedToAFilePath(string before, string path, int position, string after)
    {
        var node = Trees.Read(before);
        ValueAddFilter.Apply(node, path, "added", position);
        node.ShouldBeYaml(after);
    }

    private static Plumb.Manifests.Kustomize.Nodes.YamlNode Label(string yaml, FieldSpec[] fields, params (string Key, string Value)[] labels)
    {
        var node = Trees.Read(yaml);
        MapEntryFilter.Apply(node, labels.ToDictionary(l => l.Key, l => l.Value), fields);
        return node;
    }
}
