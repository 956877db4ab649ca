using CsCheck;
using Plumb.Kubernetes.Compare;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;

namespace Plumb.Kubernetes.Tests.Compare;

/// <summary>Whatever is live and whoever wrote it: once Git's state is applied over it, there is no difference left.</summary>
public sealed class ComparePropertyOfApplyTests
{
    private static readonly Gen<string> Names = Gen.Int[0, 3].Select(i => $"n{i}");

    private static readonly Gen<MapNode> Labels = Gen.Select(Names, Gen.Int[0, 9]).Array[0, 4].Select(pairs =>
    {
        var labels = new MapNode();
        foreach (var (name, value) in pairs) labels[name] = $"{value}";
        return labels;
    });

    private static readonly Gen<ListNode> Containers = Gen.Select(Names, Gen.Int[0, 3], Gen.Int[0, 3], Labels).Array[1, 4].Select(items =>
    {
        var containers = new ListNode();
        foreach (var (name, image, arguments, env) in items.DistinctBy(i => i.Item1))
        {
            var container = new MapNode { ["name"] = name, ["image"] = $"i:{image}" };
            if (arguments > 0) container["args"] = new ListNode(Enumerable.Range(0, arguments).Select(a => (Node)$"a{a}"));
            if (env.Count > 0) container["env"] = new ListNode(env.Select(e => (Node)new MapNode { ["name"] = e.Key, ["value"] = e.Value }));
            containers.Add(container);
        }

        return containers;
    });

    private static readonly Gen<KubeObject> Deployments = Gen.Select(Labels, Gen.Int[0, 4], Containers).Select((labels, replicas, containers) =>
    {
        var spec = new MapNode
        {
            ["selector"] = Json.Parse("""{"matchLabels":{"app":"web"}}"""),
            ["template"] = new MapNode { ["metadata"] = Json.Parse("""{"labels":{"app":"web"}}"""), ["spec"] = new MapNode { ["containers"] = containers } },
        };
        if (replicas > 0) spec["replicas"] = replicas;
        var metadata = new MapNode { ["name"] = "web", ["namespace"] = "shop" };
        if (labels.Count > 0) metadata["labels"] = labels;
        return new KubeObject(new MapNode { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["metadata"] = metadata, ["spec"] = spec });
    });

    private static readonly Schema Schema = BuiltInKinds.SchemaOf(new GroupVersionKind("apps", "v1", "Deployment"))!;

    [Fact]
    public void Compare_AfterApplyOverAnything_IsSame() => Gen.Select(Deployments, Deployments, Deployments).Sample((first, others, desired) =>
    {
        var live = Apply(Comparison.FieldManager, first, null);
        live = Apply("somebody", others, live);
        live = Apply(Comparison.FieldManager, desired, live);

        var result = Comparison.Compare(desired, live, Schema, []);
        result.Fields.ShouldBeEmpty();
        result.Verdict.ShouldBe(Verdict.Same);
    }, iter: 400);

    [Fact]
    public void Compare_AfterApplyThatRespectsWhatIsIgnored_IsSame_AndWhatIsIgnoredStays() => Gen.Select(Deployments, Deployments, Deployments).Sample((first, others, desired) =>
    {
        IgnoreDifferencesSpec[] ignore =
        [
            new() { Group = "apps", Kind = "Deployment", JsonPointers = ["/spec/replicas"], JqPathExpressions = [".spec.template.spec.containers[] | select(.name == \"n1\")"] },
        ];
        var live = Apply(Comparison.FieldManager, first, null);
        live = Apply("somebody", others, live);
        var sent = ApplyMask.Apply(desired, live, Schema, ignore);
        var after = Apply(Comparison.FieldManager, sent, live);

        Comparison.Compare(desired, after, Schema, ignore).Fields.ShouldBeEmpty();
        after.Root["spec"]["replicas"].ShouldBe(live.Root["spec"]["replicas"]);
        Ignored(after).ShouldBe(Ignored(live));
    }, iter: 400);

    private static Node Ignored(KubeObject obj) =>
        obj.Root["spec"]["template"]["spec"]["containers"].AsList()!.FirstOrDefault(c => c["name"].AsString() == "n1");

    private static KubeObject Apply(string manager, KubeObject desired, KubeObject? live) =>
        ServerSideApply.Apply(live, desired, Schema, new(manager, "", DateTimeOffset.UnixEpoch), force: true).Object!;
}
