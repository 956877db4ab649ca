using Plumb.Api;
using Plumb.Web.Application.Tree;
using Plumb.Web.Applications.Filters;

namespace Plumb.Web.Tests.Application;

public sealed class TreeLayoutTests
{
    private static readonly Choice Closed = Choice.All;

    [Fact]
    public void What_is_owned_stands_right_of_its_owner_and_nothing_overlaps()
    {
        var layout = TreeLayout.Of([Node("Deployment", "web"), Node("ReplicaSet", "web-1", "Deployment/web"), Node("Pod", "web-1-a", "ReplicaSet/web-1"), Node("Pod", "web-1-b", "ReplicaSet/web-1"), Node("Service", "web")], new TreeFilter(), Closed);

        layout.Nodes.Count.ShouldBe(6);
        ShouldNotOverlap(layout);
        var byKey = layout.Nodes.ToDictionary(node => node.Key);
        foreach (var node in layout.Nodes.Where(node => node.Key.Length > 0))
        {
            node.X.ShouldBeGreaterThan(byKey[node.Owner].X);
        }

        var pods = layout.Nodes.Where(node => node.Record?.Resource.Kind == "Pod").ToArray();
        layout.Nodes.Single(node => node.Record?.Resource.Kind == "ReplicaSet").Y.ShouldBe(pods.Average(pod => pod.Y));
    }

    [Fact]
    public void Many_of_a_kind_are_one_node_until_it_is_opened()
    {
        TreeRecord[] records = [.. Enumerable.Range(0, 500).Select(i => Node(i % 2 == 0 ? "ConfigMap" : "Secret", $"n{i:D3}"))];

        var folded = TreeLayout.Of(records, new TreeFilter(), Closed);
        var group = folded.Nodes.First(node => node.GroupKind == "Secret");
        var open = TreeLayout.Of(records, new TreeFilter(), Choice.Of(group.Key));

        folded.Nodes.Count.ShouldBe(3);
        group.GroupCount.ShouldBe(250);
        open.Nodes.Count(node => node.Owner == group.Key).ShouldBe(250);
        ShouldNotOverlap(open);
    }

    [Fact]
    public void Who_wants_a_look_is_not_hidden_in_a_group()
    {
        TreeRecord[] records = [.. Enumerable.Range(0, 100).Select(i => Node("ConfigMap", $"n{i:D3}") with { Sync = i == 42 ? "OutOfSync" : "Synced" })];

        TreeLayout.Of(records, new TreeFilter(), Closed).Nodes.ShouldContain(node => node.Record != null && node.Record.Resource.Name == "n042");
    }

    [Fact]
    public void A_filter_keeps_what_the_found_hangs_from()
    {
        var layout = TreeLayout.Of([Node("Deployment", "web"), Node("ReplicaSet", "web-1", "Deployment/web"), Node("Pod", "web-1-a", "ReplicaSet/web-1"), Node("Service", "api")], new TreeFilter { Kind = "Pod" }, Closed);

        layout.Nodes.Select(node => node.Record?.Resource.Kind).ShouldBe([null, "Deployment", "ReplicaSet", "Pod"]);
    }

    [Fact]
    public void What_has_a_lost_owner_hangs_from_the_application() =>
        TreeLayout.Of([Node("Pod", "a", "ReplicaSet/gone")], new TreeFilter(), Closed).Nodes[1].Owner.ShouldBe("");

    [Fact]
    public void Owners_in_a_circle_do_not_hang_the_page()
    {
        var layout = TreeLayout.Of([Node("A", "a", "B/b"), Node("B", "b", "A/a"), Node("C", "c", "C/c")], new TreeFilter { Text = "a" }, Closed);

        layout.Nodes.Count.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public void The_same_object_twice_is_shown_once() =>
        TreeLayout.Of([Node("Pod", "a"), Node("Pod", "a")], new TreeFilter(), Closed).Nodes.Count.ShouldBe(2);

    private static TreeRecord Node(string kind, string name, string owner = "") =>
        new(new ResourceName("", kind, "shop", name), owner.Split('/') is [var ownerKind, var ownerName] ? new ResourceName("", ownerKind, "shop", ownerName) : null, "Healthy", "", null);

    private static void ShouldNotOverlap(TreeLayout layout)
    {
        foreach (var column in layout.Nodes.GroupBy(node => node.X))
        {
            var tops = column.Select(node => node.Y).Order().ToArray();
            tops.Zip(tops.Skip(1), (above, below) => below - above).ShouldAllBe(distance => distance >= TreeLayout.NodeHeight);
        }

        layout.Nodes.ShouldAllBe(node => node.X + TreeLayout.NodeWidth <= layout.Width && node.Y + TreeLayout.NodeHeight <= layout.Height + 0.01);
    }
}
