using Plumb.Kubernetes.Compare;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;

namespace Plumb.Kubernetes.Tests.Compare;

public sealed class IgnoreRulesTests
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, annotations: {a: "1"}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: web
                image: web:1
                args: [one, two]
                env: [{name: A, value: "1"}, {name: B, value: "2"}]
              - {name: side, image: side:1}
        """;

    /// <summary>Expression, what live has another value of, and whether the two are the same then.</summary>
    [Theory]
    [InlineData(".spec.replicas", "replicas: 2", "replicas: 7", true)]
    [InlineData(".spec.replicas", "image: web:1", "image: web:2", false)]
    [InlineData(".spec.template.spec.containers[] | select(.name == \"web\") | .image", "image: web:1", "image: web:2", true)]
    [InlineData(".spec.template.spec.containers[] | select(.name == \"web\") | .image", "image: side:1", "image: side:2", false)]
    [InlineData(".spec.template.spec.containers[0].env[] | select(.name | test(\"^B\")).value", "value: \"2\"", "value: \"3\"", true)]
    [InlineData(".spec.template.spec.containers[].env[]? | select(.name == \"A\")", "value: \"1\"", "value: \"3\"", true)]
    [InlineData(".spec.template.spec.containers[].env[] | select(.name == \"A\")", "value: \"1\"", "value: \"3\"", false)] // side has none: an error
    [InlineData(".metadata.annotations[\"a\"], .spec.replicas", "a: \"1\"", "a: \"9\"", true)]
    [InlineData(".. | .image?", "image: web:1", "image: web:2", true)]
    [InlineData(".spec.nothing.there", "replicas: 2", "replicas: 3", false)]
    [InlineData(".spec.replicas | tostring", "replicas: 2", "replicas: 3", false)] // makes a value instead of finding one
    [InlineData(".", "replicas: 2", "replicas: 3", false)]
    public void JqExpressions_TakeOutWhatTheirPathsName_OfBothSides(string expression, string text, string other, bool isSame)
    {
        var live = Applied(Web.Replace(text, other, StringComparison.Ordinal));
        var result = Compare(Web, live, new() { Group = "apps", Kind = "Deployment", JqPathExpressions = [expression] });
        (result.Verdict == Verdict.Same).ShouldBe(isSame, string.Join(' ', result.Fields));
        result.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void AnExpressionBeyondItsLimits_IgnoresNothing_AndSaysSo()
    {
        IgnoreDifferencesSpec rule = new() { Group = "apps", Kind = "Deployment", JqPathExpressions = ["def f: f; f", ".spec.replicas"] };
        var result = Compare(Web, Applied(Web.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal)), rule);
        result.Verdict.ShouldBe(Verdict.Same);
        result.Problems.ShouldContain(p => p.Contains("\"def f: f; f\" ignores nothing", StringComparison.Ordinal) && p.Contains("more than 1000 deep", StringComparison.Ordinal));
    }

    [Fact]
    public void AMapThatIsLeftEmpty_GoesWithWhatWasIgnored()
    {
        var live = Applied(Web.Replace(", annotations: {a: \"1\"}", "", StringComparison.Ordinal));
        Compare(Web, live, new() { Group = "*", Kind = "*", JsonPointers = ["/metadata/annotations/a"] }).Verdict.ShouldBe(Verdict.Same);
        Compare(Web, live, new() { Group = "*", Kind = "*", JqPathExpressions = [".metadata.annotations.a"] }).Verdict.ShouldBe(Verdict.Same);
    }

    [Theory]
    [InlineData("*", "*", "", true)]
    [InlineData("", "ConfigMap", "*", true)]
    [InlineData("*", "Config*", "*", true)]
    [InlineData("?*", "*", "", false)]
    [InlineData("*", "Secret", "", false)]
    public void AStar_MeansTheCoreGroupToo_AndAnyNamespace(string group, string kind, string @namespace, bool isSame)
    {
        const string Settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: \"1\"}\n";
        var live = Applied(Settings.Replace("\"1\"", "\"2\"", StringComparison.Ordinal));
        var result = Compare(Settings, live, new() { Group = group, Kind = kind, Namespace = @namespace, JsonPointers = ["/data/a"] });
        (result.Verdict == Verdict.Same).ShouldBe(isSame);
    }

    [Theory]
    [InlineData("{group: apps, kind: Deployment, jq: .spec.replicas}", "spec.replicas", "7")] // ours alone: sent as it is live
    [InlineData("{group: apps, kind: Deployment, pointer: /spec/replicas}", "spec.replicas", "7")]
    [InlineData("{group: apps, kind: Deployment, jq: '.spec.template.spec.containers[] | select(.name == \"web\").image'}", "image", "\"web:2\"")]
    [InlineData("{group: apps, kind: Deployment, jq: '.spec.template.spec.containers[].args[1]?'}", "args", "[\"one\",\"live\"]")] // a list owned as a whole
    [InlineData("{group: apps, kind: Deployment, jq: '.spec.template.spec.containers[].args'}", "args", "[\"one\",\"live\"]")]
    public void WhatIsIgnored_IsNotWrittenEither(string rule, string field, string kept)
    {
        var live = Applied(Web);
        Change(live, "spec", "replicas", 7);
        Change(live.Root["spec"]["template"]["spec"]["containers"][0], "image", "web:2");
        live.Root["spec"]["template"]["spec"]["containers"][0]["args"].AsList()![1] = "live";
        var desired = KubeYaml.Object(Web.Replace("replicas: 2", "replicas: 5", StringComparison.Ordinal));

        var sent = ApplyMask.Apply(desired, live, SchemaOf(desired), [Rule(rule)]).Root;

        var container = sent["spec"]["template"]["spec"]["containers"][0];
        (field == "spec.replicas" ? sent["spec"]["replicas"] : container[field]).ShouldBe(Json.Parse(kept));
        if (field != "spec.replicas") sent["spec"]["replicas"].AsInt().ShouldBe(5);
    }

    [Fact]
    public void WhatIsIgnoredAndAnothersAlone_IsLeftOut_SoThatItStaysTheirs()
    {
        var live = ApplyAs("hpa", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 9}}", Applied(Web));
        var desired = KubeYaml.Object(Web);
        ApplyMask.Apply(desired, live, SchemaOf(desired), [Rule("{group: apps, kind: Deployment, pointer: /spec/replicas}")])
            .Root["spec"]["replicas"].IsAbsent.ShouldBeTrue();
        ApplyMask.Apply(desired, live, SchemaOf(desired), [Rule("{group: apps, kind: Deployment, manager: hpa}")])
            .Root["spec"]["replicas"].IsAbsent.ShouldBeTrue();

        // A replacement would remove it: there it is sent as it is.
        ApplyMask.Apply(desired, live, SchemaOf(desired), [Rule("{group: apps, kind: Deployment, pointer: /spec/replicas}")], whole: true)
            .Root["spec"]["replicas"].AsInt().ShouldBe(9);
    }

    [Fact]
    public void WhatIsIgnoredAndNotLive_StaysAbsent()
    {
        var live = Applied(Web.Replace("  replicas: 2\n", "", StringComparison.Ordinal));
        var desired = KubeYaml.Object(Web);
        ApplyMask.Apply(desired, live, SchemaOf(desired), [Rule("{group: apps, kind: Deployment, jq: .spec.replicas}")])
            .Root["spec"]["replicas"].IsAbsent.ShouldBeTrue();
        ApplyMask.Apply(desired, null, SchemaOf(desired), [Rule("{group: apps, kind: Deployment, jq: .spec.replicas}")]).ShouldBeSameAs(desired);
    }

    private static IgnoreDifferencesSpec Rule(string yaml)
    {
        var rule = KubeYaml.All($"apiVersion: v1\nkind: Rule\nrule: {yaml}")[0].Root["rule"];
        string[] List(string key) => rule[key].AsString() is { } text ? [text] : [];
        return new()
        {
            Group = rule["group"].AsString()!,
            Kind = rule["kind"].AsString()!,
            JqPathExpressions = List("jq"),
            JsonPointers = List("pointer"),
            ManagedFieldsManagers = List("manager"),
        };
    }

    private static void Change(Node node, string field, Node value) => node.AsMap()![field] = value;

    private static void Change(KubeObject live, string section, string field, Node value) => Change(live.Root[section], field, value);

    private static ComparisonResult Compare(string desired, KubeObject live, IgnoreDifferencesSpec rule)
    {
        var obj = KubeYaml.Object(desired);
        return Comparison.Compare(obj, live, SchemaOf(obj), [rule]);
    }

    private static Schema SchemaOf(KubeObject obj) => BuiltInKinds.SchemaOf(obj.GroupVersionKind)!;

    private static KubeObject Applied(string yaml) => ApplyAs(Comparison.FieldManager, yaml, null);

    private static KubeObject ApplyAs(string manager, string yaml, KubeObject? live)
    {
        var obj = KubeYaml.Object(yaml);
        return ServerSideApply.Apply(live, obj, SchemaOf(obj), new(manager, "", DateTimeOffset.UnixEpoch), force: true).Object!;
    }
}
