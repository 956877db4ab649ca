using Plumb.Web.Words;

namespace Plumb.Web.Tests.Words;

public sealed class AgoTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(-9, "just now")]
    [InlineData(-10, "10 s ago")]
    [InlineData(-59, "59 s ago")]
    [InlineData(-60, "1 min ago")]
    [InlineData(-3599, "59 min ago")]
    [InlineData(-3600, "1 h ago")]
    [InlineData(-86399, "23 h ago")]
    [InlineData(-86400, "1 day ago")]
    [InlineData(-2 * 86400, "2 days ago")]
    [InlineData(-28 * 86400, "14 Feb 2026")]
    [InlineData(90, "in 1 min")]
    [InlineData(5 * 3600, "in 5 h")]
    public void Times_are_said_from_now(int seconds, string expected) => Ago.Of(Now.AddSeconds(seconds), Now).ShouldBe(expected);

    [Fact]
    public void The_exact_time_has_its_zone() =>
        Ago.Exactly(Now.ToOffset(TimeSpan.FromHours(5))).ShouldBe("Sat 14 Mar 2026, 15:09:26 UTC");

    [Theory]
    [InlineData(0.44, "0.4 s")]
    [InlineData(12.9, "12 s")]
    [InlineData(185, "3 min 5 s")]
    [InlineData(180, "3 min")]
    [InlineData(7800, "2 h 10 min")]
    [InlineData(-3, "0 s")]
    public void Durations_are_short(double seconds, string expected) => Ago.Long(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);
}
