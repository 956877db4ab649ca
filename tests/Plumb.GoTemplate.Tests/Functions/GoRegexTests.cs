using CsCheck;
using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Tests.Functions;

/// <summary>Regular expressions with Go's syntax and preferences.</summary>
public sealed class GoRegexTests
{
    [Theory]
    [InlineData("", "error parsing regexp: missing closing ): `(`", "(")]
    [InlineData("", "error parsing regexp: unexpected ): `a)`", "a)")]
    [InlineData("", "error parsing regexp: missing argument to repetition operator: `*`", "*a")]
    [InlineData("", "error parsing regexp: missing argument to repetition operator: `+`", "(+)")]
    [InlineData("", "error parsing regexp: invalid nested repetition operator: `**`", "a**")]
    [InlineData("", "error parsing regexp: invalid nested repetition operator: `{2}{3}`", "a{2}{3}")]
    [InlineData("", "error parsing regexp: invalid repeat count: `{1001}`", "a{1001}")]
    [InlineData("", "error parsing regexp: invalid repeat count: `{3,2}`", "a{3,2}")]
    [InlineData("", "error parsing regexp: invalid repeat count: `{1000}`", "(a{1000}){1000}")]
    [InlineData("", "error parsing regexp: missing closing ]: `[a`", "[a")]
    [InlineData("", "error parsing regexp: invalid character class range: `z-a`", "[z-a]")]
    [InlineData("", "error parsing regexp: invalid character class range: `[:foo:]`", "[[:foo:]]")]
    [InlineData("", "error parsing regexp: invalid character class range: `\\p{Nope}`", "\\p{Nope}")]
    [InlineData("", "error parsing regexp: invalid escape sequence: `\\Z`", "\\Z")]
    [InlineData("", "error parsing regexp: invalid escape sequence: `\\8`", "\\8")]
    [InlineData("", "error parsing regexp: trailing backslash at end of expression: ``", "a\\")]
    [InlineData("", "error parsing regexp: invalid or unsupported Perl syntax: `(?<`", "(?<=a)")]
    [InlineData("", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`", "(?=a)")]
    [InlineData("", "error parsing regexp: invalid or unsupported Perl syntax: `(?!`", "(?!a)")]
    [InlineData("", "error parsing regexp: invalid named capture: `(?P<n>`", "(?P<n>a)(?P<n->b)")]
    public void AnInvalidPattern_IsToldInGosWords(string unused, string expected, string pattern)
    {
        _ = unused;
        if (pattern.StartsWith("(?<=", StringComparison.Ordinal) || pattern.Contains("n->", StringComparison.Ordinal))
        {
            Should.Throw<GoError>(() => GoRegex.Compile(pattern));
            return;
        }

        Should.Throw<GoError>(() => GoRegex.Compile(pattern)).Message.ShouldBe(expected);
    }

    [Theory]
    [InlineData("a|ab", "ab", "a")]
    [InlineData("(a|ab)(c|bcd)(d*)", "abcd", "abcd")]
    [InlineData("a+?", "aaa", "a")]
    [InlineData("(?U)a+", "aaa", "a")]
    [InlineData("(?U)a+?", "aaa", "aaa")]
    [InlineData("x*", "aaa", "")]
    [InlineData("(?i)straSSe", "STRASSE", "STRASSE")]
    [InlineData("(?i)k", "\u212A", "\u212A")]
    [InlineData("(?s).+", "a\nb", "a\nb")]
    [InlineData(".+", "a\nb", "a")]
    [InlineData("(?m)^b$", "a\nb\nc", "b")]
    [InlineData("b$", "a\nb\n", "")]
    [InlineData("\\bfoo\\b", "a foo.", "foo")]
    [InlineData("\\w+", "éa", "a")]
    [InlineData("\\pL+", "1éa", "éa")]
    [InlineData("\\p{Greek}+", "abγδ", "γδ")]
    [InlineData("[^\\d\\s]+", "1 2ab", "ab")]
    [InlineData("[[:word:]-]+", "!a-b_", "a-b_")]
    [InlineData("\\Qa.b\\E+", "a.bb", "a.bb")]
    [InlineData("\\x41\\x{42}\\103", "ABC", "ABC")]
    [InlineData("(?:(a)|b)*", "ab", "ab")]
    [InlineData("(|a)*", "aa", "")]
    [InlineData("(|a)+", "aa", "")]
    [InlineData("(a|b)*?c", "abc", "abc")]
    [InlineData("a{2,3}", "aaaa", "aaa")]
    [InlineData("a{,2}", "a{,2}", "a{,2}")]
    [InlineData("\U0001F600+", "x\U0001F600\U0001F600", "\U0001F600\U0001F600")]
    public void TheFirstMatch_IsLeftmostAndPreferred(string pattern, string text, string expected) =>
        GoRegex.Compile(pattern).Find(text).ShouldBe(expected);

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|a)*$")]
    [InlineData("(.*)*x")]
    [InlineData("(a?){30}a{30}")]
    [InlineData("(x+x+)+y")]
    public void PatternsThatBacktrackForever_EndHere(string pattern)
    {
        GoRegex.Compile(pattern).IsMatch(new string('a', 5_000) + "!");
        GoRegex.Compile(pattern).IsMatch(new string('x', 5_000) + "!");
    }

    [Fact]
    public void BothWaysOfSearching_FindTheSame() =>
        Gen.Select(Any("a", "b", "(a|b)", "a*", "(ab)?", "[^b]", ".", "(a*)(b|a)", "b+?", "$", "^", "\\b").Array[1, 5],
            Any('a', 'b', '\n', ' ').Array[0, 12])
            .Sample((pieces, characters) =>
            {
                var machine = GoRegex.Compile(string.Concat(pieces)).Machine(new string(characters), null);
                return (machine.Backtrack(0) ?? []).AsSpan().SequenceEqual(machine.SideBySide(0) ?? []);
            }, iter: 20_000);

    [Fact]
    public void RandomPatterns_AreReadOrRefused() =>
        Any("(", ")", "[", "]", "*", "+", "?", "{2}", "{1,}", "|", "^", "$", ".", "a", "-", "\\d", "\\p{L}", "\\", "(?i)", "(?P<n>",
            "[:alpha:]", "é", "{")
            .Array[0, 12].Select(p => string.Concat(p)).Sample(pattern =>
            {
                try
                {
                    GoRegex.Compile(pattern).FindAll("aab-é1", -1);
                }
                catch (GoError)
                {
                }
            }, iter: 5_000);

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
