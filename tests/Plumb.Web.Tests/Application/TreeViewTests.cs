using Plumb.Web.Application.Tree;
using Plumb.Web.Applications.Filters;

namespace Plumb.Web.Tests.Application;

public sealed class TreeViewTests
{
    [Fact]
    public void What_is_written_into_an_address_is_read_back()
    {
        var view = new TreeView
        {
            Filter = new TreeFilter { Text = "web, db", Kind = "Pod", Health = "Degraded", Sync = "OutOfSync" },
            Open = Choice.Of("#apps/Deployment", "/Service/shop/a,b#/Pod"),
            Zoom = "85_-12_340",
        };

        var written = view.Values().ToDictionary(value => value.Name, value => value.Value);

        TreeView.Read(name => written.GetValueOrDefault(name)).ShouldBe(view);
    }

    [Fact]
    public void As_a_tree_begins_nothing_is_in_the_address() => new TreeView().Values().ShouldAllBe(value => string.IsNullOrEmpty(value.Value));

    [Theory]
    [InlineData("fit", "fit")]
    [InlineData("15_0_0", "15_0_0")]
    [InlineData("100_1_2_3", "")]
    [InlineData("0_1_2", "")]
    [InlineData("1e3_1_2", "")]
    [InlineData("100_1_NaN", "")]
    [InlineData("'); alert(1)", "")]
    [InlineData(null, "")]
    public void A_zoom_that_is_none_is_left_out(string? text, string zoom) => TreeView.ReadZoom(text).ShouldBe(zoom);
}
