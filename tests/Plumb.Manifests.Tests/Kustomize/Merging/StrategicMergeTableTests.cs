using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Merging;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Schemas;

namespace Plumb.Manifests.Tests.Kustomize.Merging;

/// <summary>Targets, patches and what Kustomize makes of them.</summary>
public sealed class StrategicMergeTableTests
{
    public static TheoryData<string, string> Names =>
        [.. Tables.All.SelectMany(table => MergeCase.ReadAll(Tables.Read(table)).Select(c => (table, c.Name)))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Merge_GivesWhatKustomizeGives(string table, string name)
    {
        var it = MergeCase.ReadAll(Tables.Read(table)).Single(c => c.Name == name);
        var (target, patch) = (MergeCase.Read(it.Target), MergeCase.Read(it.Patch));
        var patchBefore = patch.ToString();

        YamlNode? Merge() => StrategicMerge.Merge(target, patch, KustomizeSchemas.Default, it.Options);

        switch (it.Outcome)
        {
            case "gone": Merge().ShouldBeNull(); break;
            case "refused": Should.Throw<KustomizeException>(() => MergeCase.Write(Merge()!)).Message.TrimEnd().ShouldBe(it.Expected); break;
            default: MergeCase.Write(Merge().ShouldNotBeNull()).ShouldBe(MergeCase.Write(MergeCase.Read(it.Expected))); break;
        }

        patch.ToString().ShouldBe(patchBefore, "the patch may be applied to more than one target");
    }

    [Fact]
    public void Tables_NameEachCaseOnce() =>
        Names.Select(row => row.Data).GroupBy(data => data).Where(group => group.Count() > 1).Select(group => group.Key).ShouldBeEmpty();
}
