using CsCheck;
using Plumb.Kubernetes.Compare;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;

namespace Plumb.Kubernetes.Tests.Compare;

/// <summary>Over the public microservices demo, which stands beside the repository: apply, then compare.</summary>
public sealed class ComparisonPropertyTests
{
    private readonly KubeObject[] _objects = SharedData.IsHere("comparison of the microservices demo")
        ? [.. Directory.GetFiles(SharedData.PathOf("corpus", "repos", "microservices-demo", "kubernetes-manifests"), "*service.yaml").SelectMany(Read)]
        : [];

    [Fact]
    public void Compare_AfterApply_IsSame()
    {
        if (_objects.Length == 0) return;
        _objects.Length.ShouldBeGreaterThan(20);
        foreach (var desired in _objects) Compare(desired, Applied(desired)).Fields.ShouldBeEmpty(desired.Id.ToString());
    }

    [Fact]
    public void Compare_WhenALiveScalarOnADesiredPathChanges_IsNotSame()
    {
        if (_objects.Length == 0) return;
        Gen.Select(Gen.Int[0, _objects.Length - 1], Gen.Int[0, 10_000]).Sample((which, seed) =>
        {
            var desired = _objects[which];
            var live = Applied(desired);
            var leaves = new List<Action>();
            foreach (var (name, value) in desired.Root)
            {
                if (name is "spec" or "data") Leaves(value, live.Root[name], leaves);
            }

            if (leaves.Count == 0) return;
            leaves[seed % leaves.Count]();
            Compare(desired, live).Verdict.ShouldNotBe(Verdict.Same);
        }, iter: 300);
    }

    /// <summary>Ways to change one scalar of live that desired states too.</summary>
    private static void Leaves(Node desired, Node live, List<Action> into)
    {
        if (desired.AsMap() is { } map)
        {
            foreach (var (name, value) in map)
            {
                var current = live[name];
                if (value.AsString() is not null) into.Add(() => live.AsMap()![name] = "changed-" + current.AsString());
                else if (value.AsInt() is { } number) into.Add(() => live.AsMap()![name] = number + 1);
                else if (value.AsBool() is { } flag) into.Add(() => live.AsMap()![name] = !flag);
                else Leaves(value, current, into);
            }
        }
        else if (desired.AsList() is { } list)
        {
            for (var i = 0; i < list.Count; i++) Leaves(list[i], live[i], into);
        }
    }

    private static ComparisonResult Compare(KubeObject desired, KubeObject live) =>
        Comparison.Compare(desired, live, BuiltInKinds.SchemaOf(desired.GroupVersionKind)!, []);

    private static KubeObject Applied(KubeObject desired) => ServerSideApply.Apply(
        null, desired, BuiltInKinds.SchemaOf(desired.GroupVersionKind)!, new(Comparison.FieldManager, "", DateTimeOffset.UnixEpoch), force: true)
        .Object!;

    private static IEnumerable<KubeObject> Read(string file) => KubeYaml.All(File.ReadAllText(file));
}
