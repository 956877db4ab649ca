using CsCheck;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;

namespace Plumb.Manifests.Tests.Fields;

public sealed class ServerSideApplyTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("a b c", "c x a", "b c x a")]
    [InlineData("a b c", "c b a", "c b a")]
    [InlineData("a b", "b", "a b")]
    [InlineData("a b", "c", "a b c")]
    [InlineData("a b c", "c a b", "c a b")]
    [InlineData("", "b a", "b a")]
    public void Apply_OrdersSetsByTheAppliedOnes(string live, string applied, string merged)
    {
        var result = Apply(Widget(new MapNode { ["set"] = ListOf(live) }), new MapNode { ["set"] = ListOf(applied) }, "one");

        result.Object!.Root["spec"]["set"].ShouldBe(ListOf(merged));
    }

    [Fact]
    public void Apply_WhenNothingChanges_KeepsTheTime()
    {
        var first = Apply(null, new MapNode { ["size"] = 1 }, "one").Object!;
        var second = Apply(first, new MapNode { ["size"] = 1 }, "one", 60).Object!;
        var third = Apply(second, new MapNode { ["size"] = 2 }, "one", 120).Object!;

        TimeOf(first).ShouldBe("2030-01-02T03:04:05Z");
        ((Node)second.Root).ShouldBe(first.Root);
        TimeOf(third).ShouldBe("2030-01-02T03:06:05Z");
    }

    [Fact]
    public void Apply_ByASubresource_IsAnotherManager()
    {
        var live = Apply(null, new MapNode { ["size"] = 1 }, "one").Object!;
        var writer = new FieldWriter("one", "scale", Start);
        var refused = ServerSideApply.Apply(live, Object(new MapNode { ["size"] = 2 }), TestSchemas.Widget, writer, false);
        var forced = ServerSideApply.Apply(live, Object(new MapNode { ["size"] = 2 }), TestSchemas.Widget, writer, true).Object!;
        var back = Apply(forced, new MapNode { ["size"] = 1 }, "one");

        ServerSideApply.DescribeConflicts(refused.Conflicts).Message
            .ShouldBe("Apply failed with 1 conflict: conflict with \"one\": .spec.size");
        forced.Root["metadata"]["managedFields"].AsList()!.ShouldHaveSingleItem()["subresource"].AsString().ShouldBe("scale");
        ServerSideApply.DescribeConflicts(back.Conflicts).Message
            .ShouldBe("Apply failed with 1 conflict: conflict with \"one\" with subresource \"scale\": .spec.size");
    }

    [Fact]
    public void Apply_OverAnObjectWithoutOwners_ConflictsWithBeforeFirstApply()
    {
        var live = Object(new MapNode { ["size"] = 1 });
        live.Root["metadata"].AsMap()!["uid"] = "u";

        var refused = Apply(live, new MapNode { ["size"] = 2 }, "one");

        ServerSideApply.DescribeConflicts(refused.Conflicts).Causes.ShouldBe(
            [new ConflictCause("conflict with \"before-first-apply\" using plumb.test/v1", ".spec.size")]);
    }

    [Fact]
    public void Apply_IgnoresWhatTheEndpointDoesNotChange()
    {
        var body = Object(new MapNode { ["size"] = 1 });
        body.Root["status"] = new MapNode { ["phase"] = "x" };
        var writer = new FieldWriter("one", "", Start) { Ignored = FieldSet.Parse(Json.Parse("""{"f:status":{}}""")) };

        var result = ServerSideApply.Apply(null, body, TestSchemas.Widget, writer, false).Object!;

        Json.WriteText(result.Root["metadata"]["managedFields"][0]["fieldsV1"]).ShouldBe("""{"f:spec":{"f:size":{}}}""");
    }

    [Theory]
    [InlineData("""{"spec":{"items":[{"value":"v"}]}}""", "element 0: associative list with keys has an element that omits all key fields [\"name\"]")]
    [InlineData("""{"spec":{"size":"1"}}""", ".spec.size: expected numeric (int or float), got \"1\"")]
    [InlineData("""{"spec":{"bad":1}}""", ".spec.bad: field not declared in schema")]
    [InlineData("""{"spec":[]}""", ".spec: expected map, got list")]
    public void Apply_RefusesWhatDoesNotFitTheSchema(string body, string message)
    {
        var root = Json.Parse(body).AsMap()!;
        var refused = Should.Throw<PatchException>(
            () => ServerSideApply.Apply(null, new KubeObject(root), TestSchemas.Widget, new FieldWriter("one", "", Start), false));

        refused.Fault.ShouldBe(PatchFault.Internal);
        refused.Message.ShouldContain(message);
    }

    [Fact]
    public void TrackUpdate_MergesTheOldestUpdatersBeyondTen()
    {
        var live = (KubeObject?)null;
        for (var i = 0; i < 13; i++)
        {
            var labels = live?.Root["spec"]["labels"].AsMap()!.DeepClone() ?? new MapNode();
            labels[$"k{i}"] = "v";
            var updated = Object(new MapNode { ["labels"] = labels });
            updated.Root["metadata"].AsMap()!["uid"] = "u";
            ServerSideApply.TrackUpdate(live, updated, TestSchemas.Widget, new FieldWriter($"m{i}", "", Start.AddMinutes(i)));
            live = updated;
        }

        var entries = live!.Root["metadata"]["managedFields"].AsList()!;
        entries.Count.ShouldBe(10);
        entries[0]["manager"].AsString().ShouldBe("ancient-changes");
        FieldSet.Parse(entries[0]["fieldsV1"]).Paths.ShouldContain(".spec.labels.k0");
        FieldSet.Parse(entries[0]["fieldsV1"]).Paths.ShouldContain(".spec.labels.k3");
    }

    [Fact]
    public void ApplyTwice_ChangesNothing() => Gen.Select(RandomDocuments.Widget, RandomDocuments.Widget).Sample((live, body) =>
    {
        var once = Run(Run(null, live, "one"), body, "two");
        var alone = Run(Run(null, live, "one"), body, "one");

        // Who applies nothing but empty lists owns nothing; then the server starts anew with before-first-apply.
        if (once.Root["metadata"]["managedFields"].IsAbsent || alone.Root["metadata"]["managedFields"].IsAbsent) return true;
        return (Node)Run(once, body, "two").Root == once.Root && (Node)Run(alone, body, "one").Root == alone.Root;
    });

    [Fact]
    public void ApplyByOneManager_GivesWhatWasApplied() => Gen.Select(RandomDocuments.Widget, RandomDocuments.Widget).Sample((first, second) =>
    {
        var result = Run(Run(null, first, "one"), second, "one");

        // All that was applied is there: merging it once more changes nothing.
        var again = TypedMerge.Merge(result.Root, second, TestSchemas.Widget);
        return again == result.Root && HeldBy(result, "one").Except(FieldSet.Of(second, TestSchemas.Widget)).IsEmpty;
    });

    /// <summary>An empty list is owned by nobody, so the applied object has no managers, and the next apply finds it unmanaged.</summary>
    [Fact]
    public void ApplyOfNothingButAnEmptyList_GivesNoManager_AndTheNextGivesTheOneBeforeFirstApply()
    {
        var applied = new MapNode { ["set"] = new ListNode() };
        var first = Apply(null, applied, "one").Object!;
        Assert.True(first.Root["metadata"]["managedFields"].IsAbsent);

        var second = Apply(first, applied.DeepClone(), "one").Object!;
        var entry = Assert.Single(second.Root["metadata"]["managedFields"].AsList()!);
        Assert.Equal("before-first-apply", entry["manager"].AsString());
        Assert.Equal("""{"f:spec":{".":{},"f:set":{}}}""", Json.WriteText(entry["fieldsV1"]));
    }

    [Fact]
    public void TrackUpdate_GivesEveryFieldAnOwner() => Gen.Select(RandomDocuments.Widget, RandomDocuments.Widget).Sample((first, second) =>
    {
        var live = Run(null, first, "one");
        live.Root["metadata"].AsMap()!["uid"] = "u";
        var updated = new KubeObject(second.DeepClone());
        ServerSideApply.TrackUpdate(live, updated, TestSchemas.Widget, new FieldWriter("up", "", Start));
        if (live.Root["metadata"]["managedFields"].IsAbsent) return true;
        var owned = (updated.Root["metadata"]["managedFields"].AsList() ?? [])
            .Aggregate(FieldSet.Empty, (all, e) => all.Union(FieldSet.Parse(e["fieldsV1"])));
        var fields = FieldSet.Of(new MapNode { ["spec"] = second["spec"] }, TestSchemas.Widget).Leaves();
        return owned.Except(FieldSet.Of(second, TestSchemas.Widget)).Leaves().Paths.All(p => !fields.Paths.Contains(p));
    });

    private static FieldSet HeldBy(KubeObject live, string manager) => (live.Root["metadata"]["managedFields"].AsList() ?? [])
        .Where(e => e["manager"].AsString() == manager)
        .Aggregate(FieldSet.Empty, (all, e) => all.Union(FieldSet.Parse(e["fieldsV1"])));

    private static KubeObject Run(KubeObject? live, MapNode body, string manager)
    {
        var schema = TestSchemas.Widget;
        return ServerSideApply.Apply(live, new KubeObject(body), schema, new FieldWriter(manager, "", Start), true).Object!;
    }

    private static ApplyResult Apply(KubeObject? live, MapNode spec, string manager, int seconds = 0) =>
        ServerSideApply.Apply(live, Object(spec), TestSchemas.Widget, new FieldWriter(manager, "", Start.AddSeconds(seconds)), false);

    private static KubeObject Widget(MapNode spec) => Apply(null, spec, "before").Object!;

    private static KubeObject Object(MapNode spec) => new(new MapNode
    {
        ["apiVersion"] = "plumb.test/v1",
        ["kind"] = "Widget",
        ["metadata"] = new MapNode { ["name"] = "w" },
        ["spec"] = spec,
    });

    private static Node ListOf(string words) =>
        new ListNode(words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => (Node)w));

    private static string? TimeOf(KubeObject value) => value.Root["metadata"]["managedFields"][0]["time"].AsString();
}
