using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Selectors;
using Plumb.Manifests.Tests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Selectors;

public sealed class LabelSelectorTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("  ", true)]
    [InlineData("area=51", true)]
    [InlineData("area==51", true)]
    [InlineData("area = 51 , tier", true)]
    [InlineData("area=florida", false)]
    [InlineData("area!=florida", true)]
    [InlineData("area!=51", false)]
    [InlineData("missing!=51", true)]
    [InlineData("missing=51", false)]
    [InlineData("area in (disneyland, 51, iowa)", true)]
    [InlineData("area in (disneyland, iowa)", false)]
    [InlineData("area notin (disneyland, 51, iowa)", false)]
    [InlineData("area notin (iowa)", true)]
    [InlineData("missing notin (iowa)", true)]
    [InlineData("area", true)]
    [InlineData("!area", false)]
    [InlineData("missing", false)]
    [InlineData("!missing", true)]
    [InlineData("area>50", true)]
    [InlineData("area<51", false)]
    [InlineData("tier>1", false)]
    [InlineData("missing<1", false)]
    [InlineData("empty=", true)]
    [InlineData("empty=,area", true)]
    [InlineData("empty in ()", true)]
    [InlineData("empty in (a,)", true)]
    [InlineData("empty in (,a)", true)]
    [InlineData("empty in (a,,b)", true)]
    [InlineData("area in (a,,b)", false)]
    [InlineData("in in (notin)", true)]
    [InlineData("a.b/c=d", true)]
    public void Requirements_HaveAllToBeMet(string selector, bool expected)
    {
        var resource = Trees.Read("{metadata: {labels: {area: \"51\", tier: web, empty: \"\", in: notin, a.b/c: d}}}");
        LabelSelector.Parse(selector).MatchesLabels(resource).ShouldBe(expected);
        LabelSelector.Parse(selector).MatchesAnnotations(resource).ShouldBe(LabelSelector.Parse(selector).Matches(_ => null));
    }

    [Theory]
    [InlineData("=a", "found '=', expected: !, identifier, or 'end of string'")]
    [InlineData("a,", "found '', expected: identifier after ','")]
    [InlineData("a,,b", "found ',', expected: identifier after ','")]
    [InlineData("a b", "unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'")]
    [InlineData("a=b c", "found 'c', expected: ',' or 'end of string'")]
    [InlineData("!a=b", "found '=', expected: ',' or 'end of string'")]
    [InlineData("!", "unable to parse requirement: found '', expected: identifier")]
    [InlineData("a=(b)", "unable to parse requirement: found '(', expected: identifier")]
    [InlineData("a in b", "unable to parse requirement: found 'b' expected: '('")]
    [InlineData("a in (b", "unable to parse requirement: found '', expected: ',' or ')'")]
    [InlineData("a in (b,", "unable to parse requirement: found '', expected: ',', or identifier")]
    [InlineData("a in (", "unable to parse requirement: found '', expected: ',', ')' or identifier")]
    [InlineData("a in (b=c)", "unable to parse requirement: found '=', expected: ',' or ')'")]
    [InlineData("a>b", "unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer")]
    [InlineData(
        ".*",
        "unable to parse requirement: invalid label key \".*\": name part must consist of alphanumeric characters, '-', '_' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    [InlineData(
        "a/b/c",
        "unable to parse requirement: invalid label key \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', "
        + "and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')")]
    [InlineData(
        "A/b",
        "unable to parse requirement: invalid label key \"A/b\": prefix part a DNS-1123 subdomain must consist of lower case alphanumeric "
        + "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + @"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData(
        "a=-x",
        "unable to parse requirement: invalid label value: \"-x\": at key: \"a\": a valid label must be an empty string or consist of "
        + "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  "
        + "or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    public void WhatIsNoSelector_IsRefusedInTheWordsOfKubernetes(string selector, string message) =>
        Should.Throw<KustomizeException>(() => LabelSelector.Parse(selector)).Message.ShouldBe(message);

    [Fact]
    public void LongParts_AreRefused()
    {
        var name = new string('a', 64);
        Should.Throw<KustomizeException>(() => LabelSelector.Parse(name)).Message
            .ShouldBe($"unable to parse requirement: invalid label key \"{name}\": name part must be no more than 63 characters");
        Should.Throw<KustomizeException>(() => LabelSelector.Parse($"a={name}")).Message
            .ShouldBe($"unable to parse requirement: invalid label value: \"{name}\": at key: \"a\": must be no more than 63 characters");
    }

    [Theory]
    [InlineData("group version kind", "group version kind", true)]
    [InlineData("group * *", "group version kind", true)]
    [InlineData("group version kind", "group version kind2", false)]
    [InlineData("roup * *", "group version kind", false)]
    [InlineData(@"g.* \d+ .{4}", "group 123 abcd", true)]
    [InlineData(@"g.* \d+ .{4}", "group 123 abc", false)]
    [InlineData("* * Deploy|Stateful", "apps v1 Deployment", false)]
    [InlineData("* * (Deploy|Stateful).*", "apps v1 StatefulSet", true)]
    public void Pattern_MatchesWholeParts(string pattern, string gvk, bool expected) =>
        new ResourcePatterns(Of(pattern), "", "").IsMatch(Of(gvk)).ShouldBe(expected);

    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "foobar", false)]
    [InlineData("f.*", "foo", true)]
    [InlineData("b.*", "foo", false)]
    [InlineData("a|b", "b", true)]
    [InlineData("", "anything", true)]
    public void NamesAndNamespaces_AreWholePartsToo(string pattern, string text, bool expected)
    {
        new ResourcePatterns(new Gvk("", "", ""), pattern, "").IsName(text).ShouldBe(expected);
        new ResourcePatterns(new Gvk("", "", ""), "", pattern).IsNamespace(text).ShouldBe(expected);
    }

    [Fact]
    public void PatternThatIsNone_IsRefusedInTheWordsOfGo() =>
        Should.Throw<KustomizeException>(() => new ResourcePatterns(new Gvk("", "", ""), "a(", "")).Message
            .ShouldBe("error parsing regexp: missing closing ): `^(?:a()$`");

    [Fact]
    public void HostilePattern_TakesNoLongTime() =>
        new ResourcePatterns(new Gvk("", "", ""), "(a+)+", "").IsName(new string('a', 20_000) + "!").ShouldBeFalse();

    private static Gvk Of(string text)
    {
        var parts = text.Split(' ').Select(p => p == "*" ? "" : p).ToArray();
        return new Gvk(parts[0], parts[1], parts[2]);
    }
}
