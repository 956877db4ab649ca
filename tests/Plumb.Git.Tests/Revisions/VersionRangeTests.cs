using CsCheck;
using Plumb.Git.Revisions;

namespace Plumb.Git.Tests.Revisions;

public sealed class VersionRangeTests
{
    [Theory]
    [InlineData("1.x", "1.9.4", true)]
    [InlineData("1.x", "2.0.0", false)]
    [InlineData("v1.*", "v1.2.3", true)]
    [InlineData("*", "0.0.1", true)]
    [InlineData("*", "1.0.0-rc.1", false)]
    [InlineData(">=0.0.0-0", "1.0.0-rc.1", true)]
    [InlineData("~1.2", "1.2.9", true)]
    [InlineData("~1.2", "1.3.0", false)]
    [InlineData("~1.2.3", "1.2.2", false)]
    [InlineData("~1", "1.9.0", true)]
    [InlineData("~>2.0", "2.0.5", true)]
    [InlineData("^1.0", "1.99.0", true)]
    [InlineData("^1.0", "2.0.0", false)]
    [InlineData("^0.2.3", "0.2.9", true)]
    [InlineData("^0.2.3", "0.3.0", false)]
    [InlineData("^0.0.3", "0.0.4", false)]
    [InlineData("^0.0", "0.0.9", true)]
    [InlineData("^0", "0.9.0", true)]
    [InlineData(">=1.2 <2.0", "1.9.9", true)]
    [InlineData(">=1.2 <2.0", "2.0.0", false)]
    [InlineData(">= 1.2, < 2.0", "1.2.0", true)]
    [InlineData(">=1.0.0-alpha <2.0.0", "1.5.0-beta", true)]
    [InlineData(">11", "11.5.0", false)]
    [InlineData(">11", "12.0.0", true)]
    [InlineData(">11.1", "11.1.9", false)]
    [InlineData("<=11", "11.9.0", true)]
    [InlineData("<=11.1", "11.2.0", false)]
    [InlineData("!=1.x", "1.2.0", false)]
    [InlineData("!=1.2.3", "1.2.4", true)]
    [InlineData("1.2 - 1.4.5", "1.4.5", true)]
    [InlineData("1.2 - 1.4.5", "1.4.6", false)]
    [InlineData("<1.0.0 || >=2.0.0", "2.1.0", true)]
    [InlineData("<1.0.0 || >=2.0.0", "1.1.0", false)]
    public void Contains_FollowsTheRulesOfArgoCd(string range, string version, bool inside) =>
        VersionRange.TryParse(range)!.Contains(SemanticVersion.TryParse(version)!).ShouldBe(inside);

    [Theory]
    [InlineData("1.2.3")]
    [InlineData("v1")]
    [InlineData("main")]
    [InlineData("feature/x")]
    [InlineData(">=")]
    [InlineData("--upload-pack=x")]
    [InlineData("")]
    public void TryParse_NamesAndWholeVersions_AreNoRanges(string text) => VersionRange.TryParse(text).ShouldBeNull();

    [Fact]
    public void Versions_AreOrderedAsSemverSays()
    {
        string[] ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.10.0", "2.0.0"];
        ordered.Reverse().Select(v => SemanticVersion.TryParse(v)!).Order().ShouldBe(ordered.Select(v => SemanticVersion.TryParse(v)!));
    }

    [Fact]
    public void Caret_OfAnyRelease_HoldsThatReleaseAndNotTheNextMajor() =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 50], Gen.Int[0, 50]).Sample((major, minor, patch) =>
        {
            var range = VersionRange.TryParse($"^{major}.{minor}.{patch}")!;
            return range.Contains(SemanticVersion.TryParse($"{major}.{minor}.{patch}")!)
                && !range.Contains(SemanticVersion.TryParse($"{major + 1}.0.0")!);
        });
}
