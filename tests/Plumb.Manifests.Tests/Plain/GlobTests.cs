using Plumb.Manifests.Plain;

namespace Plumb.Manifests.Tests.Plain;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*.yaml", "a/b.yaml", true)]
    [InlineData("**/*.yaml", "a/b/c.yaml", true)]
    [InlineData("**/*.yaml", "c.yaml", false)]
    [InlineData("{a.yaml,b*}", "bar/x.yml", true)]
    [InlineData("{a.yaml,b*}", "c.yaml", false)]
    [InlineData("{*.yml,{x,y}.json}", "y.json", true)]
    [InlineData("config-?.yaml", "config-1.yaml", true)]
    [InlineData("[a-c].yaml", "b.yaml", true)]
    [InlineData("[!a-c].yaml", "b.yaml", false)]
    [InlineData("a+(b).yaml", "a+(b).yaml", true)]
    [InlineData("\\*.yaml", "x.yaml", false)]
    [InlineData("a,b", "a,b", true)]
    public void Pattern_MatchesAsInArgoCd(string pattern, string path, bool matches) =>
        Glob.Parse(pattern, out _)!.Matches(path).ShouldBe(matches);

    [Theory]
    [InlineData("{a,b")]
    [InlineData("[a")]
    public void MalformedPattern_IsRefused(string pattern)
    {
        Glob.Parse(pattern, out var fault).ShouldBeNull();
        fault.ShouldNotBeEmpty();
    }

    [Fact]
    public void HostilePattern_TakesLinearTime() =>
        Glob.Parse(string.Concat(Enumerable.Repeat("*a", 200)), out _)!.Matches(new string('a', 5000) + "b").ShouldBeFalse();
}
