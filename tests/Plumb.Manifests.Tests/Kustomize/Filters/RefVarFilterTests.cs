using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Filters;

public sealed class RefVarFilterTests
{
    [Theory]
    [InlineData("$(VAR_A)", "A", "VAR_A")]
    [InlineData("$(VAR_A)-$(VAR_A)", "A-A", "VAR_A")]
    [InlineData("$(VAR_A)-$(VAR_B)-$(VAR_B)", "A-B-B", "VAR_A VAR_B")]
    [InlineData("$(VAR_A)-1", "A-1", "VAR_A")]
    [InlineData("___$(VAR_B)___", "___B___", "VAR_B")]
    [InlineData("___$(VAR_C)", "___C", "VAR_C")]
    [InlineData("$$(VAR_B)_$(VAR_A)", "$(VAR_B)_A", "VAR_A")]
    [InlineData("$$(VAR_A)_$$(VAR_B)", "$(VAR_A)_$(VAR_B)", "")]
    [InlineData("f000-$$VAR_A", "f000-$VAR_A", "")]
    [InlineData(@"foo\$(VAR_C)bar", @"foo\Cbar", "VAR_C")]
    [InlineData(@"foo\\\\$(VAR_A)bar", @"foo\\\\Abar", "VAR_A")]
    [InlineData("$(VAR_A$(VAR_B))", "$(VAR_A$(VAR_B))", "")]
    [InlineData("$(VAR_A$(VAR_B)", "$(VAR_A$(VAR_B)", "")]
    [InlineData("$(VAR_REF)", "$(VAR_A)", "VAR_REF")]
    [InlineData("%%$(VAR_REF)--$(VAR_REF)%%", "%%$(VAR_A)--$(VAR_A)%%", "VAR_REF")]
    [InlineData("foo$(VAR_EMPTY)bar", "foobar", "VAR_EMPTY")]
    [InlineData("foo$(VAR_Awhoops!", "foo$(VAR_Awhoops!", "")]
    [InlineData("f00__(VAR_A)__", "f00__(VAR_A)__", "")]
    [InlineData("$?_boo_$!", "$?_boo_$!", "")]
    [InlineData("$VAR_A", "$VAR_A", "")]
    [InlineData("$(VAR_DNE)", "$(VAR_DNE)", "")]
    [InlineData("$()", "$()", "")]
    [InlineData("$$$$$$(BIG_MONEY)", "$$$(BIG_MONEY)", "")]
    [InlineData("$$$$$$$(GOOD_ODDS)", "$$$$(GOOD_ODDS)", "")]
    [InlineData("$$$$$$$(VAR_A)", "$$$A", "VAR_A")]
    [InlineData("$VAR_A)", "$VAR_A)", "")]
    [InlineData("${VAR_A}", "${VAR_A}", "")]
    [InlineData("$(VAR_B)_______$(A", "B_______$(A", "VAR_B")]
    [InlineData("$(VAR_C)_______$(", "C_______$(", "VAR_C")]
    [InlineData("$(VAR_A)foobarzab$", "Afoobarzab$", "VAR_A")]
    [InlineData("--$($($($($--", "--$($($($($--", "")]
    [InlineData("foo0--$($($($(", "foo0--$($($($(", "")]
    [InlineData("$(foo$$var)", "$(foo$$var)", "")]
    [InlineData("\n", "\n", "")]
    [InlineData("", "", "")]
    [InlineData("é$(VAR_A)é", "éAé", "VAR_A")]
    public void Variables_ArePutIn(string text, string expected, string used)
    {
        var expansion = new VarExpansion(new Dictionary<string, VarValue>
        {
            ["VAR_A"] = new("A"),
            ["VAR_B"] = new("B"),
            ["VAR_C"] = new("C"),
            ["VAR_REF"] = new("$(VAR_A)"),
            ["VAR_EMPTY"] = new(""),
        });
        expansion.Expand(text).ShouldBe(new VarValue(expected));
        string.Join(' ', new[] { "VAR_A", "VAR_B", "VAR_C", "VAR_REF", "VAR_EMPTY" }.Except(expansion.Unused)).ShouldBe(used);
    }

    [Fact]
    public void MapOrList_IsNeverPutIn()
    {
        var expansion = new VarExpansion(new Dictionary<string, VarValue> { ["MAP"] = VarValue.Complex });
        expansion.Expand("$(MAP)").Whole.ShouldBe("$(MAP)");
        expansion.Unused.ShouldBe(["MAP"]);
    }

    [Theory]
    [InlineData("{a: $(INT)}", "a", "{a: 5}")]
    [InlineData("{a: '$(INT)'}", "a", "{a: 5}")]
    [InlineData("{a: x$(INT)}", "a", "{a: x5}")]
    [InlineData("{a: $(TEXT)}", "a", "{a: \"5\"}")]
    [InlineData("{a: 1}", "a", "{a: 1}")]
    [InlineData("{a: null}", "a", "{a: null}")]
    [InlineData("{a: $(INT)}", "b/c", "{a: $(INT)}")]
    [InlineData("{a: [$(FOO), $(BAZ), $(FOO)+$(INT), $(BOOL), $(FLOAT), x$(FLOAT)]}", "a", "{a: [foo, $(BAZ), foo+5, false, 1.23, x1.23]}")]
    [InlineData("{a: {x: $(FOO), n: 0, s: [$(FOO)], m: {y: $(FOO)}}}", "a", "{a: {x: foo, n: 0, s: [$(FOO)], m: {y: $(FOO)}}}")]
    [InlineData("{a: {b: [{c: $(FOO)}]}}", "a/b/c", "{a: {b: [{c: foo}]}}")]
    public void Field_KeepsTheTypeOfAVariableThatStandsAlone(string before, string path, string after)
    {
        var node = Trees.Read(before);
        RefVarFilter.Apply(node, new FieldSpec("", path), Typed());
        node.ShouldBeYaml(after);
    }

    [Theory]
    [InlineData("{kind: D, a: [false]}", "considering field 'a' of object D.[noVer].[noGrp]/[noName].[noNs]: invalid value type expect a string")]
    [InlineData("{kind: D, a: {1: x}}", "considering field 'a' of object D.[noVer].[noGrp]/[noName].[noNs]: invalid map key: value='1', tag='!!int'")]
    public void WhatIsNoText_IsRefused(string yaml, string message) =>
        Should.Throw<KustomizeException>(() => RefVarFilter.Apply(Trees.Read(yaml), new FieldSpec("", "a"), Typed())).Message.ShouldBe(message);

    [Theory]
    [InlineData("metadata.name", "!!str", "x", "x")]
    [InlineData("ports[0].number", "!!int", "80", "80")]
    [InlineData("ports.1.number", "!!int", "443", "443")]
    [InlineData("ports.[name=tls].number", "!!int", "443", "443")]
    [InlineData("metadata.annotations.[a.b/c]", "!!str", "dotted", "dotted")]
    [InlineData("big", "!!float", "1000000000000000000000", "1e+21")]
    [InlineData("real", "!!float", "0.00005", "5e-05")]
    [InlineData("truth", "!!bool", "true", "true")]
    [InlineData("octal", "!!int", "10", "10")]
    [InlineData("quoted", "!!str", "1", "1")]
    [InlineData("ports", "", "", "")]
    [InlineData("nothing", "!!str", "null", "null")]
    public void Variable_IsReadFromAField(string path, string tag, string whole, string inline) => VarValue.Read(
        Trees.Read("""
            metadata: {name: x, annotations: {a.b/c: dotted}}
            ports: [{name: http, number: 80}, {name: tls, number: 443}]
            big: 1e21
            real: 5.0e-5
            truth: True
            octal: 010
            quoted: "1"
            nothing: null
            """),
        path).ShouldBe(new VarValue(tag, whole, inline));

    [Theory]
    [InlineData("a.b", "no field named 'a.b'")]
    [InlineData("hex", "strconv.Atoi: parsing \"0x10\": invalid syntax")]
    [InlineData("hex.x", "wrong node kind: expected MappingNode but got ScalarNode: node contents:\n0x10\n")]
    [InlineData("list.-5", "array index -5 cannot be negative")]
    [InlineData("list.-", "the list has no last item: it is empty")]
    [InlineData("list.*", "wildcard is not supported in PathGetter")]
    [InlineData("list.[x]", "list path element must contain fieldName=fieldValue for element to match")]
    public void FieldThatIsNotThere_IsRefused(string path, string message) =>
        Should.Throw<KustomizeException>(() => VarValue.Read(Trees.Read("{a: {}, hex: 0x10, list: []}"), path)).Message.ShouldBe(message);

    private static VarExpansion Typed() => new(new Dictionary<string, VarValue>
    {
        ["FOO"] = new("foo"),
        ["TEXT"] = new("5"),
        ["INT"] = new("!!int", "5", "5"),
        ["BOOL"] = new("!!bool", "false", "false"),
        ["FLOAT"] = new("!!float", "1.23", "1.23"),
    });
}
