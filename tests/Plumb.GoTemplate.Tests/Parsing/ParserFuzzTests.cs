using CsCheck;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Tests.Parsing;

/// <summary>Whatever the text, reading and running it ends: with text, with Go's kind of error, or with a limit.</summary>
public sealed class ParserFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{{", "}}", "{{-", "-}}", "{{- ", " -}}", "{{/*", "*/}}", "if ", "else", "end", "range ", "with ", "define ", "template ",
            "block ", "break",
        "continue", "nil", "true", ".a", ".", "$", "$x", ":=", "=", "|", "(", ")", " ", "\n", "\"s\"", "`r`", "'c'", "1", "-1.5e3", "0x",
            "1i", "print",
        "and ", "or ", "not ", "index ", "include ", "\"t\"", "tpl ", "list ", "dict ", "upper", ",", "é", "\U0001F600", "\\", "\"",
            "text", "\udc80",
    ];

    private static readonly TemplateLimits Limits = new()
    {
        MaxOutput = 100_000, MaxString = 100_000, MaxSteps = 100_000, MaxElements = 100_000, MaxDepth = 200,
    };

    [Fact]
    public void RandomPieces_EndInTextOrError() =>
        Any(Pieces).Array[0, 40].Select(p => string.Concat(p)).Sample(Ends, iter: 20_000);

    [Fact]
    public void RandomActions_EndInTextOrError() =>
        Any(Pieces).Array[0, 8].Select(p => "{{" + string.Concat(p) + "}}").Array[1, 5].Select(p => string.Concat(p))
            .Sample(Ends, iter: 20_000);

    [Fact]
    public void RandomText_EndsInTextOrError() => Gen.String.Sample(Ends, iter: 5_000);

    [Fact]
    public void TextWithoutActions_ComesOutAsItIs() =>
        Gen.String.Where(t => !t.Contains("{{", StringComparison.Ordinal)).Sample(t => TemplateRun.Of(t) == t, iter: 2_000);

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static bool Ends(string text)
    {
        var set = new TemplateSet(TemplateRun.Functions);
        try
        {
            set.Parse("t", text);
            new Execution(set, Limits).Execute("t", GoValue.From(new GoMap { ["a"] = GoValue.From("b") }));
        }
        catch (GoError)
        {
        }
        catch (TemplateLimitException)
        {
        }

        return true;
    }
}
