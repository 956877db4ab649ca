using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Tests;

public sealed class SmokeTests
{
    [Theory]
    [InlineData("{{range $i, $x := .l}}{{$i}}={{$x}} {{end}}", "0=1 1=two ")]
    [InlineData("a {{- /* c */ -}} b{{if eq .s \"x\"}}yes{{end}}", "abyes")]
    [InlineData("{{printf \"%05.1f|%-4d|%q|%v\" 3.14159 7 \"a\" .l}}", "003.1|7   |\"a\"|[1 two]")]
    [InlineData("{{.s.a}}", "template: t:1:4: executing \"t\" at <.s.a>: can't evaluate field a in type interface {}")]
    [InlineData("{{.n.a}}", "template: t:1:4: executing \"t\" at <.n.a>: nil pointer evaluating interface {}.a")]
    [InlineData("{{if}}", "template: t:1: missing value for if")]
    [InlineData("{{define \"x\"}}[{{.}}]{{end}}{{template \"x\" 3}}", "[3]")]
    public void Works(string text, string expected)
    {
        var data = new GoMap
        {
            ["s"] = GoValue.From("x"),
            ["n"] = default,
            ["l"] = GoValue.From(GoList.Of(GoValue.From(1.0), GoValue.From("two"))),
        };
        TemplateRun.Of(text, GoValue.From(data)).ShouldBe(expected);
    }
}
