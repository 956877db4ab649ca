using Plumb.Web.Applications.Filters;

namespace Plumb.Web.Tests.Applications;

public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["team"] = "web", ["tier"] = "front", ["app.kubernetes.io/name"] = "shop" };

    [Theory]
    [InlineData("", true)]
    [InlineData("team=web", true)]
    [InlineData("team==web", true)]
    [InlineData("team=db", false)]
    [InlineData("team!=db", true)]
    [InlineData("team!=web", false)]
    [InlineData("absent!=db", true)]
    [InlineData("team in (web, db)", true)]
    [InlineData("team in (db)", false)]
    [InlineData("team notin (db)", true)]
    [InlineData("absent notin (db)", true)]
    [InlineData("absent in (db)", false)]
    [InlineData("team", true)]
    [InlineData("absent", false)]
    [InlineData("!absent", true)]
    [InlineData("!team", false)]
    [InlineData("team=web,tier=front", true)]
    [InlineData("team=web,tier=back", false)]
    [InlineData("team in (web,db),!old", true)]
    [InlineData("app.kubernetes.io/name=shop", true)]
    [InlineData("  team = web , tier ", true)]
    public void It_selects_as_Kubernetes_does(string selector, bool expected)
    {
        var parsed = LabelSelector.Parse(selector, out var fault);

        fault.ShouldBeNull();
        parsed!.Matches(Labels).ShouldBe(expected);
    }

    [Theory]
    [InlineData("team=web=db")]
    [InlineData("team like web")]
    [InlineData("=web")]
    [InlineData("te am")]
    [InlineData("team in web")]
    public void What_is_no_requirement_is_named(string selector)
    {
        LabelSelector.Parse(selector, out var fault).ShouldBeNull();

        fault!.ShouldContain($"\"{selector}\"");
    }
}
