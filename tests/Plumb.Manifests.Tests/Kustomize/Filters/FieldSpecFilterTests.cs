using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Tests.Kustomize.Filters;

/// <summary>Facts of api/filters/fieldspec, and what the tool does.</summary>
public sealed class FieldSpecFilterTests
{
    [Theory]
    [InlineData("foo", "v1beta1", "Bar", true)]
    [InlineData("foo", "", "Bar", true)]
    [InlineData("", "", "", true)]
    [InlineData("foo", "", "Bar1", false)]
    [InlineData("foo1", "", "Bar", false)]
    [InlineData("foo", "v1beta2", "Bar", false)]
    [InlineData("v1beta1", "", "Bar", false)]
    public void Field_IsThatOfTheObjectsItMeans(string group, string version, string kind, bool isMeant)
    {
        var node = Trees.Read("{apiVersion: foo/v1beta1, kind: Bar, a: {b: c}}");
        FieldSpecFilter.Apply(node, new FieldSpec(new Gvk(group, version, kind), "a/b"), n => NodeFields.SetValue(n, "e"));
        node.ShouldBeYaml($"{{apiVersion: foo/v1beta1, kind: Bar, a: {{b: {(isMeant ? 'e' : 'c')}}}}}");
    }

    [Theory]
    [InlineData("a/b", "{a: {b: c}}", "{a: {b: e}}")]
    [InlineData("/a/b", "{a: {b: c}}", "{a: {b: e}}")]
    [InlineData("a/b", "{a: null}", "{a: null}")]
    [InlineData("a/b", "{x: 1}", "{x: 1}")]
    [InlineData("a/b", "{a: {b: null}}", "{a: {b: e}}")]
    [InlineData("a/b[]/c/d", "{a: {b: [{c: {d: a}}]}}", "{a: {b: [{c: {d: e}}]}}")]
    [InlineData("a/b/c", "{a: {b: [{c: 1}, {x: 1}, {c: 2}]}}", "{a: {b: [{c: e}, {x: 1}, {c: e}]}}")]
    [InlineData("a/b/c", "{a: {b: [[{c: 1}], [{c: 2}]]}}", "{a: {b: [[{c: e}], [{c: e}]]}}")]
    [InlineData("a/b/c", "{a: {b: null}}", "{a: {b: null}}")]
    [InlineData("a/b[]/c", "{a: {b: null}}", "{a: {b: []}}")]
    [InlineData(@"a/b\/c/d", "{a: {b/c: {d: foo}}}", "{a: {b/c: {d: e}}}")]
    [InlineData(@"a/b\/c/d\/e/f", "{a: {b/c: {d/e: {f: foo}}}}", "{a: {b/c: {d/e: {f: e}}}}")]
    [InlineData("a/ b /c", "{a: {b: {c: 1}}}", "{a: {b: {c: e}}}")]
    public void WhatIsThere_IsSet(string path, string before, string after)
    {
        var node = Trees.Read(before);
        FieldSpecFilter.Apply(node, new FieldSpec("", path), n => NodeFields.SetValue(n, "e"), YamlKind.Scalar);
        node.ShouldBeYaml(after);
    }

    [Theory]
    [InlineData("a/b/c/d", "{a: {}}", "{a: {b: {c: {d: e}}}}")]
    [InlineData("a/b/c/d", "{a: {b: null}}", "{a: {b: {c: {d: e}}}}")]
    [InlineData("a/b", "{a: {b: null}}", "{a: {b: e}}")]
    [InlineData("a/b[]/c/d", "{a: {}}", "{a: {}}")]
    [InlineData("a/b[]/c/d", "{a: {b: [{c: {}}, {}, {c: null}]}}", "{a: {b: [{c: {d: e}}, {c: {d: e}}, {c: {d: e}}]}}")]
    [InlineData("a/b/c", "{a: {b: []}}", "{a: {b: []}}")]
    [InlineData("a/b/c", "{a: {b: [null]}}", "{a: {b: [null]}}")]
    public void WhatIsMissing_IsMadeWhereItMayBe(string path, string before, string after)
    {
        var node = Trees.Read(before);
        FieldSpecFilter.Apply(node, new FieldSpec("", path, true), n => NodeFields.SetValue(n, "e"), YamlKind.Scalar);
        node.ShouldBeYaml(after);
    }

    [Fact]
    public void WhatIsMissing_IsNotMadeWithoutAKind()
    {
        var node = Trees.Read("{a: {}}");
        FieldSpecFilter.Apply(node, new FieldSpec("", "a/b", true), n => NodeFields.SetValue(n, "e"));
        node.ShouldBeYaml("{a: {}}");
    }

    [Theory]
    [InlineData("", "{kind: Bar, apiVersion: foo/v1}", "considering field '' of object Bar.v1.foo/[noName].[noNs]: cannot set or create an empty field name")]
    [InlineData("a/b/c", "{kind: Bar, a: {b: a}}", "considering field 'a/b/c' of object Bar.[noVer].[noGrp]/[noName].[noNs]: expected sequence or mapping node")]
    [InlineData(
        "a/b/c",
        "{kind: K, metadata: {name: n, namespace: s}, a: [{b: 1}]}",
        "considering field 'a/b/c' of object K.[noVer].[noGrp]/n.s: visit traversal on path: [b c]: expected sequence or mapping node")]
    [InlineData(
        "a/0/c",
        "{kind: K, a: {b: 1}}",
        "considering field 'a/0/c' of object K.[noVer].[noGrp]/[noName].[noNs]: fieldName: 0: "
        + "wrong node kind: expected SequenceNode but got MappingNode: node contents:\nb: 1\n")]
    [InlineData(
        "a",
        "{kind: K, a: {b: 1, c: [x, {d: \"1\"}], e: {}, f: }}",
        "considering field 'a' of object K.[noVer].[noGrp]/[noName].[noNs]: "
        + "wrong node kind: expected ScalarNode but got MappingNode: node contents:\nb: 1\nc:\n- x\n- d: \"1\"\ne: {}\nf:\n")]
    public void Fault_NamesTheFieldAndTheObject(string path, string yaml, string message) =>
        Should.Throw<KustomizeException>(
            () => FieldSpecFilter.Apply(Trees.Read(yaml), new FieldSpec("", path), n => NodeFields.SetValue(n, "e"), YamlKind.Scalar))
            .Message.ShouldBe(message);
}
