using Plumb.Api;
using Plumb.Web.Application;

namespace Plumb.Web.Tests.Application;

public sealed class PlanWordsTests
{
    [Theory]
    [InlineData("", "A sync would change nothing.")]
    [InlineData("Update", "A sync would update 1 resource.")]
    [InlineData("Create Create", "A sync would create 2 resources.")]
    [InlineData("Delete Create Update Create", "A sync would create 2, update 1 and delete 1 resources.")]
    public void A_plan_is_one_sentence(string actions, string expected) => PlanWords.Say(new PlanRecord
    {
        Application = "shop",
        Changes = [.. actions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((action, i) => new ChangeRecord(new ResourceName("", "ConfigMap", "shop", $"n{i}"), action, [], "", "", null))],
    }).ShouldBe(expected);

    [Theory]
    [InlineData("SomethingNewWarning", "Something new warning")]
    [InlineData("SyncError", "The last sync failed")]
    public void Conditions_are_said_in_plain_words(string type, string expected) => ConditionAdvice.For(type).Title.ShouldBe(expected);
}
