using CsCheck;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Merging;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Schemas;

namespace Plumb.Manifests.Tests.Kustomize.Merging;

public sealed class StrategicMergePropertyTests
{
    private static readonly Gen<YamlNode> Scalar = OneOf("a", "b", "1", "80", "TCP", "yes", "", "null", "true", "1.5", "delete", "replace")
        .Select(Gen.Bool, (text, isQuoted) => MergeCase.Read($"v: {(isQuoted ? $"'{text}'" : text)}").Get("v")!);

    private static readonly Gen<string> Key = OneOf(
        "name", "containers", "ports", "containerPort", "protocol", "env", "value", "spec", "template", "metadata", "finalizers", "labels",
        "$patch", "kind", "apiVersion", "volumes", "");

    private static readonly Gen<YamlNode> Value = Gen.Recursive<YamlNode>((depth, inner) => depth > 6
        ? Scalar
        : Gen.Frequency(
            (3, Scalar),
            (3, Gen.Select(Key, inner).List[0, 4].Select(Map)),
            (2, inner.List[0, 4].Select(List))));

    private static readonly Gen<YamlNode> Resource = Gen.Select(
        Gen.Select(Key, Value).List[0, 5].Select(Map), OneOf("Pod", "Deployment", "Custom"), (map, kind) =>
        {
            map.Remove("kind");
            map.Remove("apiVersion");
            map.Append(YamlNode.Scalar("kind", YamlNode.StringTag), YamlNode.Text(kind));
            map.Append(YamlNode.Scalar("apiVersion", YamlNode.StringTag), YamlNode.Text(kind == "Pod" ? "v1" : "apps/v1"));
            return map;
        });

    private static readonly Gen<(YamlNode Target, YamlNode Patch)> Pair = Gen.Select(Resource, Resource);

    /// <summary>All but those recorded, which have items without a key, and Kustomize takes such for new ones each time.</summary>
    public static TheoryData<string, string> Results => [.. Tables.All.Where(table => table != "recorded").SelectMany(ResultsOf)];

    [Fact]
    public void Merge_OfAnything_GivesAResultOrSaysWhyNot() => Gen.Select(Pair, Gen.Bool, Gen.Bool).Sample((pair, infer, first) =>
    {
        var options = new MergeOptions(first ? ListOrder.TargetFirst : ListOrder.PatchFirst, infer);
        try
        {
            StrategicMerge.Merge(pair.Target, pair.Patch, KustomizeSchemas.Default, options);
        }
        catch (KustomizeException)
        {
            // That is how it says so.
        }
    });

    [Fact]
    public void Apply_OfOnePatchToEqualTargets_GivesEqualResultsAndLeavesThePatch() => Pair.Sample(pair =>
    {
        var (target, patch) = pair;
        var (patchBefore, other) = (patch.ToString(), target.Clone());
        Outcome(target, patch).ShouldBe(Outcome(other, patch));
        patch.ToString().ShouldBe(patchBefore);
    });

    [Theory]
    [MemberData(nameof(Results))]
    public void Apply_OfAnEmptyPatch_ChangesNothing(string table, string name)
    {
        var target = MergeCase.Read(Tables.Read(table).Single(c => c.Name == name).Expected);
        var before = target.ToString();

        StrategicMerge.Apply(target, YamlNode.Map(), KustomizeSchemas.Default).ShouldBeSameAs(target);

        target.ToString().ShouldBe(before);
    }

    [Fact]
    public void Apply_ToTheResultOnceMore_ChangesNothingElse()
    {
        const string Target = """
            apiVersion: apps/v1
            kind: Deployment
            spec:
              template:
                spec:
                  containers:
                  - {name: a, image: x, ports: [{containerPort: 80, protocol: TCP}]}
                  - {name: b, image: x}
            """;
        const string Patch = """
            spec:
              template:
                spec:
                  containers:
                  - {name: b, image: y}
                  - {name: c, ports: [{containerPort: 80}]}
            """;
        var target = MergeCase.Read(Target);
        StrategicMerge.Apply(target, MergeCase.Read(Patch), KustomizeSchemas.Default);
        var once = target.ToString();

        StrategicMerge.Apply(target, MergeCase.Read(Patch), KustomizeSchemas.Default);

        target.ToString().ShouldBe(once);
    }

    [Fact]
    public void Apply_ToMoreItemsThanAllowed_IsRefused()
    {
        var items = string.Concat(Enumerable.Range(0, ListMerge.MaxItems).Select(i => $"  - {{name: c{i}}}\n"));
        var pod = MergeCase.Read($"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n{items}");

        var refused = Should.Throw<KustomizeException>(() => StrategicMerge.Apply(
            pod, MergeCase.Read("spec: {containers: [{name: c0}]}"), KustomizeSchemas.Default));

        refused.Message.ShouldBe("the list spec.containers has 10001 items to merge, more than the 10000 allowed; replace it as a whole");
    }

    [Fact]
    public void Apply_ThatMultipliesItemsBeyondAllBounds_IsRefused()
    {
        // Each patch doubles items that lack the first of two keys, and each level of lists multiplies those of the level below.
        const string Before = "{type: object, properties: {list: {type: array, items: ";
        const string After = ", x-kubernetes-patch-strategy: merge, x-kubernetes-list-map-keys: [a, b]}}}";
        var spec = Enumerable.Repeat(Before, 6).Append("{type: object}").Concat(Enumerable.Repeat(After, 6));
        var document = MergeCase.Read(
            "definitions: {x: {x-kubernetes-group-version-kind: [{group: g, version: v1, kind: K}], type: object, properties: {spec: "
            + string.Concat(spec) + "}}}");
        var schemas = KustomizeSchemas.Default.With(YamlNodeValue.ToNode(document));
        const string Lowest = "[{a: 1, b: 1}, {b: 2}]";
        const string Middle = $"[{{a: 1, b: 1}}, {{b: 2, list: [{{a: 1, b: 1}}, {{b: 2, list: {Lowest}}}]}}]";
        const string Resource = $"{{apiVersion: g/v1, kind: K, spec: {{list: [{{a: 1, b: 1}}, {{b: 2, list: {Middle}}}]}}}}";
        var target = MergeCase.Read(Resource);

        Should.Throw<KustomizeException>(() =>
        {
            for (var i = 0; i < 40; i++) StrategicMerge.Apply(target, MergeCase.Read(Resource), schemas);
        }).Message.ShouldContain("allowed");
    }

    private static IEnumerable<(string Table, string Name)> ResultsOf(string table) =>
        Tables.Read(table).Where(c => c.Outcome == "result").Select(c => (table, c.Name));

    private static string Outcome(YamlNode target, YamlNode patch)
    {
        try
        {
            return StrategicMerge.Apply(target, patch, KustomizeSchemas.Default)?.ToString() ?? "gone";
        }
        catch (KustomizeException fault)
        {
            return fault.Message;
        }
    }

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    private static YamlNode Map(List<(string Key, YamlNode Value)> fields)
    {
        var map = YamlNode.Map();
        foreach (var (key, value) in fields)
        {
            if (map.IndexOf(key) < 0) map.Append(YamlNode.Scalar(key, YamlNode.StringTag), value.Clone());
        }

        return map;
    }

    private static YamlNode List(List<YamlNode> items)
    {
        var list = YamlNode.List();
        foreach (var item in items) list.Content.Add(item.Clone());
        return list;
    }
}
