using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;

namespace Plumb.Manifests.Tests.Kustomize.Configs;

public sealed class FieldSpecMergeTests
{
    private static readonly FieldSpec Apple = new(new Gvk("apple", "", ""), "whatever");
    private static readonly FieldSpec Pear = new(new Gvk("pear", "", ""), "whatever");

    [Fact]
    public void New_IsAppended()
    {
        var beans = new FieldSpec(new Gvk("beans", "", ""), "home");
        FieldSpecs.Merge([Apple, Pear], [beans]).ShouldBe([Apple, Pear, beans]);
    }

    [Fact]
    public void Same_IsLeftOut() => FieldSpecs.Merge([Apple, Pear], [Apple with { }]).ShouldBe([Apple, Pear]);

    [Fact]
    public void ThatOfMoreObjects_IsLeftOutWhereThatOfSomeIsThere() =>
        FieldSpecs.Merge([Apple], [new FieldSpec("", "whatever")]).ShouldBe([Apple]);

    [Fact]
    public void ThatOfSomeObjects_IsAddedToThatOfMore()
    {
        var all = new FieldSpec("", "whatever");
        FieldSpecs.Merge([all], [Apple]).ShouldBe([all, Apple]);
    }

    [Fact]
    public void SameThatDisagreesAboutMaking_IsRefused() =>
        Should.Throw<KustomizeException>(() => FieldSpecs.Merge([Apple, Pear], [Apple with { Create = true }]))
            .Message.ShouldBe("conflicting fieldspecs");

    [Fact]
    public void EmptyList_IsMergedWithRepeatsToo() => FieldSpecs.Merge([], [Apple, Apple]).ShouldBe([Apple]);

    [Fact]
    public void ReferrersOfOneKind_AreJoined()
    {
        var b = new FieldSpec("KindB", "path/to/a/field");
        var c = new FieldSpec("KindC", "path/to/a/field");
        var merged = FieldSpecs.Merge([new NameBackReference(Gvk.OfKind("KindA"), [b])], [new NameBackReference(Gvk.OfKind("KindA"), [b, c])]);
        merged.ShouldHaveSingleItem().Referrers.ShouldBe([b, c]);
    }

    [Fact]
    public void ReferrersOfAnotherVersion_StayApart() =>
        FieldSpecs.Merge([new NameBackReference(Gvk.OfKind("A"), [])], [new NameBackReference(new Gvk("", "v1", "A"), [])]).Count.ShouldBe(2);

    [Fact]
    public void Conflict_NamesTheListThatHasIt()
    {
        var one = TransformerConfig.Empty with { NamePrefix = [Apple], Namespace = [Apple] };
        var other = TransformerConfig.Empty with { Namespace = [Apple with { Create = true }] };
        Should.Throw<KustomizeException>(() => one.Merge(other)).Message
            .ShouldBe("failed to merge NameSpace fieldSpec: conflicting fieldspecs");
    }

    [Fact]
    public void MergedConfig_HasAllListsOfBothSorted()
    {
        var one = TransformerConfig.Empty with { NamePrefix = [new("Z", "z")], Labels = [Pear], Images = [Pear] };
        var other = TransformerConfig.Empty with { NamePrefix = [new("Deployment", "d")], Replicas = [Apple], VarReference = [Apple] };
        var merged = one.Merge(other);
        merged.NamePrefix.Select(f => f.Gvk.Kind).ShouldBe(["Deployment", "Z"]);
        (merged.Labels.Count + merged.Images.Count + merged.Replicas.Count + merged.VarReference.Count).ShouldBe(4);
    }

    [Fact]
    public void FieldSpec_ReadsAsInMessages() =>
        new FieldSpec(new Gvk("apps", "v1", "Deployment"), "spec/x", true).ToString().ShouldBe("Deployment.v1.apps:true:spec/x");
}
