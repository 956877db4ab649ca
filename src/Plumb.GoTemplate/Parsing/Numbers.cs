using System.Numerics;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Lexing;
using Plumb.GoTemplate.Syntax;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Parsing;

/// <summary>Number and character constants, by the rules of Go's <c>text/template/parse.newNumber</c>.</summary>
internal static class Numbers
{
    public static NumberNode Read(Tree tree, Token token)
    {
        var node = new NumberNode(tree, token.Position, token.Text);
        switch (token.Kind)
        {
            case TokenKind.CharConstant:
                Character(node, token.Text);
                return node;
            case TokenKind.Complex:
                OfComplex(node, token.Text);
                return node;
        }

        if (token.Text[^1] == 'i' && GoNumber.ParseFloat(token.Text[..^1]) is { } imaginary)
        {
            Simplify(node, new Complex(0, imaginary));
            return node;
        }

        Plain(node, token.Text);
        return node;
    }

    private static void Character(NumberNode node, string text)
    {
        var rune = GoQuote.UnquoteChar(text.AsSpan(1), '\'', out var used) ?? throw new GoError("invalid syntax");
        if (text.Length != used + 2) throw new GoError($"malformed character constant: {text}");
        node.Int = rune;
        node.Uint = (ulong)rune;
        node.Float = rune;
    }

    private static void OfComplex(NumberNode node, string text)
    {
        // the sign that is not the first character and does not follow an exponent divides the parts
        var split = text.Length - 1;
        while (split > 0 && !(text[split] is '+' or '-' && text[split - 1] is not ('e' or 'E' or 'p' or 'P'))) split--;
        if (GoNumber.ParseFloat(text[..split]) is not { } real || GoNumber.ParseFloat(text[split..^1]) is not { } imaginary)
        {
            throw new GoError("syntax error scanning complex number");
        }

        Simplify(node, new Complex(real, imaginary));
    }

    private static void Simplify(NumberNode node, Complex value)
    {
        node.Complex = value;
        if (value.Imaginary != 0) return;
        node.Float = value.Real;
        Whole(node, value.Real);
    }

    private static void Plain(NumberNode node, string text)
    {
        node.Uint = GoNumber.ParseUint(text, 0, 64, out _);
        node.Int = GoNumber.ParseInt(text, 0, 64, out _);
        if (node.Int == 0) node.Uint = 0;
        if (node.Int is { } integer)
        {
            node.Float = integer;
        }
        else if (node.Uint is { } unsigned)
        {
            node.Float = unsigned;
        }
        else if (GoNumber.ParseFloat(text) is { } number)
        {
            if (text.AsSpan().IndexOfAny(".eEpP") < 0) throw new GoError($"integer overflow: {GoQuote.Quote(text)}");
            node.Float = number;
            Whole(node, number);
        }
        else
        {
            throw new GoError($"illegal number syntax: {GoQuote.Quote(text)}");
        }
    }

    private static void Whole(NumberNode node, double number)
    {
        if (number >= long.MinValue && number < 9223372036854775808.0 && Math.Floor(number) == number) node.Int = (long)number;
        if (number >= 0 && number < 18446744073709551616.0 && Math.Floor(number) == number) node.Uint = (ulong)number;
    }
}
