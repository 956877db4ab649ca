using Plumb.Tests.Support;

namespace Plumb.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task DemoOnce_BringsEveryApplicationWhereItShouldBe()
    {
        var ended = await PlumbProcess.RunAsync("demo", "--once", "--port", "0");

        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldMatch(@"broken\s+Synced\s+Degraded\s+\S+\s+as intended");
        foreach (var name in new[] { "database", "monitoring", "shop" }) ended.Output.ShouldMatch($@"{name}\s+Synced\s+Healthy");
    }
}
