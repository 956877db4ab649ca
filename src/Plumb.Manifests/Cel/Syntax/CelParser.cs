using System.Globalization;
using Plumb.Manifests.Cel.Functions;
using Plumb.Manifests.Cel.Runtime;

namespace Plumb.Manifests.Cel.Syntax;

/// <summary>Makes an expression of tokens: CEL's grammar with the optional syntax (<c>.?</c>, <c>[?</c>). Macros are expanded here.</summary>
internal sealed class CelParser(IReadOnlyList<CelToken> tokens, int maxDepth)
{
    private static readonly string[] Reserved =
    [
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "null", "package",
        "namespace", "return", "true", "var", "void", "while",
    ];

    private static readonly string[] Relations = ["==", "!=", "<=", ">=", "<", ">"];

    private int _at;
    private int _open;

    /// <summary>The whole expression.</summary>
    /// <exception cref="CelSyntaxException">It is none.</exception>
    public CelSyntax Parse()
    {
        var parsed = Expression();
        return Now.Kind == CelTokenKind.End ? parsed : throw Unexpected();
    }

    private CelToken Now => tokens[_at];

    private CelSyntaxException Unexpected() => new($"unexpected {Now.Describe()}", Now.Offset);

    private bool Take(string symbol)
    {
        if (!Now.Is(symbol)) return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw new CelSyntaxException($"expected '{symbol}' instead of {Now.Describe()}", Now.Offset);
    }

    /// <summary>Notes the nesting, which bounds the stack of all that later walks the expression.</summary>
    private T Made<T>(T syntax, params ReadOnlySpan<CelSyntax?> below) where T : CelSyntax
    {
        var depth = 0;
        foreach (var part in below) depth = Math.Max(depth, part?.Depth ?? 0);
        return depth < maxDepth ? syntax with { Depth = depth + 1 } : throw TooDeep(syntax.Offset);
    }

    private CelSyntaxException TooDeep(int offset) => new($"the expression is nested deeper than {maxDepth} levels", offset);

    private CelSyntax Expression()
    {
        if (++_open > maxDepth) throw TooDeep(Now.Offset);
        var condition = Or();
        if (Now.Is("?"))
        {
            var offset = tokens[_at++].Offset;
            var then = Or();
            Expect(":");
            var otherwise = Expression();
            condition = Made(new ConditionalSyntax(offset, condition, then, otherwise), condition, then, otherwise);
        }

        _open--;
        return condition;
    }

    private CelSyntax Or() => Logic("||", false, And);

    private CelSyntax And() => Logic("&&", true, Relation);

    private CelSyntax Logic(string symbol, bool and, Func<CelSyntax> part)
    {
        var first = part();
        if (!Now.Is(symbol)) return first;
        var offset = Now.Offset;
        var terms = new List<CelSyntax> { first };
        while (Take(symbol)) terms.Add(part());
        return Made(new LogicSyntax(offset, and, terms), [.. terms]);
    }

    private CelSyntax Relation()
    {
        var left = Addition();
        while (true)
        {
            var token = Now;
            var symbol = token.Kind == CelTokenKind.Symbol ? Array.Find(Relations, r => r == token.Text) : token.IsWord("in") ? "in" : null;
            if (symbol is null) return left;
            _at++;
            left = Binary(token.Offset, symbol, left, Addition());
        }
    }

    private CelSyntax Addition()
    {
        var left = Multiplication();
        while (Now.Is("+") || Now.Is("-"))
        {
            var token = tokens[_at++];
            left = Binary(token.Offset, token.Text, left, Multiplication());
        }

        return left;
    }

    private CelSyntax Multiplication()
    {
        var left = Unary();
        while (Now.Is("*") || Now.Is("/") || Now.Is("%"))
        {
            var token = tokens[_at++];
            left = Binary(token.Offset, token.Text, left, Unary());
        }

        return left;
    }

    private CallSyntax Binary(int offset, string symbol, CelSyntax left, CelSyntax right) =>
        Made(new CallSyntax(offset, symbol, false, [left, right]), left, right);

    private CelSyntax Unary()
    {
        var token = Now;
        if (!token.Is("!") && !token.Is("-")) return Member();
        var count = 0;
        while (Take(token.Text)) count++;
        if (token.Text == "-" && Now.Kind is CelTokenKind.Int or CelTokenKind.Double)
        {
            // The sign belongs to the number: the smallest integer has no positive twin.
            var number = Member(Number(tokens[_at++], negative: true));
            return count % 2 == 1 ? number : Made(new CallSyntax(token.Offset, "-_", false, [number]), number);
        }

        var operand = Member();
        if (count % 2 == 0 && token.Text == "!") return Not(Not(operand, token.Offset), token.Offset);
        if (count % 2 == 0) return Negative(Negative(operand, token.Offset), token.Offset);
        return token.Text == "!" ? Not(operand, token.Offset) : Negative(operand, token.Offset);
    }

    private CallSyntax Not(CelSyntax operand, int offset) => Made(new CallSyntax(offset, "!_", false, [operand]), operand);

    private CallSyntax Negative(CelSyntax operand, int offset) => Made(new CallSyntax(offset, "-_", false, [operand]), operand);

    private CelSyntax Member() => Member(Primary());

    private CelSyntax Member(CelSyntax made)
    {
        while (true)
        {
            var offset = Now.Offset;
            if (Take("."))
            {
                var optional = Take("?");
                var name = Selector();
                if (!optional && Take("("))
                {
                    made = MemberCall(offset, made, name, Arguments(")"));
                    continue;
                }

                made = Select(offset, made, name, optional);
            }
            else if (Take("["))
            {
                var optional = Take("?");
                var index = Expression();
                Expect("]");
                made = Made(new IndexSyntax(offset, made, index, optional), made, index);
            }
            else if (Now.Is("{") && made is NameSyntax or SelectSyntax)
            {
                throw new CelSyntaxException("making messages (Type{field: value}) is not supported: data here has no message types", offset);
            }
            else
            {
                return made;
            }
        }
    }

    private string Selector()
    {
        var token = tokens[_at];
        if (token.Kind is not (CelTokenKind.Identifier or CelTokenKind.QuotedIdentifier) || token.Text is "true" or "false" or "null" or "in")
        {
            throw new CelSyntaxException($"expected a field's name instead of {token.Describe()}", token.Offset);
        }

        _at++;
        return token.Text;
    }

    private CelSyntax Select(int offset, CelSyntax operand, string field, bool optional)
    {
        if (!optional && Dotted(operand) is { } prefix && CelTypeName.Find($"{prefix}.{field}") is { } type)
        {
            return new LiteralSyntax(offset, CelValue.Of(type));
        }

        return Made(new SelectSyntax(offset, operand, field, optional), operand);
    }

    private static string? Dotted(CelSyntax syntax) => syntax switch
    {
        NameSyntax name => name.Name,
        SelectSyntax { Optional: false, Test: false } select when Dotted(select.Operand) is { } prefix => $"{prefix}.{select.Field}",
        _ => null,
    };

    private List<CelSyntax> Arguments(string close)
    {
        var arguments = new List<CelSyntax>();
        if (Take(close)) return arguments;
        do arguments.Add(Expression()); while (Take(","));
        Expect(close);
        return arguments;
    }

    private CelSyntax MemberCall(int offset, CelSyntax target, string name, List<CelSyntax> arguments)
    {
        if (Macro(offset, target, name, arguments) is { } macro) return macro;
        if (Dotted(target) is { } prefix && CelFunctions.Find($"{prefix}.{name}", false) is not null)
        {
            return Call(offset, $"{prefix}.{name}", false, arguments);
        }

        return Call(offset, name, true, [target, .. arguments]);
    }

    private CallSyntax Call(int offset, string name, bool member, List<CelSyntax> arguments)
    {
        if (CelFunctions.Find(name, member) is null)
        {
            var other = CelFunctions.Find(name, !member) is null ? "" : member ? $": it is called as {name}(x)" : $": it is called as x.{name}()";
            throw new CelSyntaxException($"undeclared reference to '{name}'{other}", offset);
        }

        if (name is "matches" or "find" or "findAll" && arguments is [_, LiteralSyntax { Value.Type: CelType.String } pattern, ..]
            && CelRegex.Compile(pattern.Value.Text, out var problem) is null)
        {
            throw new CelSyntaxException($"invalid regular expression \"{pattern.Value.Text}\": {problem}", pattern.Offset);
        }

        return Made(new CallSyntax(offset, name, member, arguments), [.. arguments]);
    }

    private CelSyntax? Macro(int offset, CelSyntax target, string name, List<CelSyntax> arguments)
    {
        if (name == "bind" && Dotted(target) == "cel" && arguments.Count == 3)
        {
            return Made(new BindSyntax(offset, Variable(arguments[0], name), arguments[1], arguments[2]), arguments[1], arguments[2]);
        }

        if (name is "optMap" or "optFlatMap" && arguments.Count == 2)
        {
            return Made(
                new OptionalMapSyntax(offset, target, Variable(arguments[0], name), arguments[1], name == "optFlatMap"), target, arguments[1]);
        }

        MacroKind? kind = (name, arguments.Count) switch
        {
            ("all", 2 or 3) => MacroKind.All,
            ("exists", 2 or 3) => MacroKind.Exists,
            ("exists_one" or "existsOne", 2) or ("existsOne", 3) => MacroKind.ExistsOne,
            ("filter", 2) => MacroKind.Filter,
            ("map", 2 or 3) => MacroKind.Map,
            ("transformList", 3 or 4) => MacroKind.TransformList,
            ("transformMap", 3 or 4) => MacroKind.TransformMap,
            ("transformMapEntry", 3 or 4) => MacroKind.TransformMapEntry,
            _ => null,
        };
        if (kind is not { } macro) return null;
        var twoVariables = macro >= MacroKind.TransformList || (macro <= MacroKind.ExistsOne && arguments.Count == 3);
        var first = Variable(arguments[0], name);
        var second = twoVariables ? Variable(arguments[1], name) : null;
        if (first == second) throw new CelSyntaxException($"the variables of {name} must differ", arguments[1].Offset);
        var rest = arguments[(twoVariables ? 2 : 1)..];
        var filter = rest.Count == 2 ? rest[0] : null;
        return Made(new MacroSyntax(offset, macro, target, first, second, filter, rest[^1]), target, filter, rest[^1]);
    }

    private static string Variable(CelSyntax argument, string macro) => argument is NameSyntax { Absolute: false } name
        ? name.Name
        : throw new CelSyntaxException($"argument of {macro} must be the name of a variable", argument.Offset);

    private CelSyntax Primary()
    {
        var token = tokens[_at++];
        switch (token.Kind)
        {
            case CelTokenKind.Int or CelTokenKind.Uint or CelTokenKind.Double: return Number(token, negative: false);
            case CelTokenKind.String: return new LiteralSyntax(token.Offset, CelValue.Of(token.Text));
            case CelTokenKind.Bytes: return new LiteralSyntax(token.Offset, CelValue.Of(token.Bytes!));
            case CelTokenKind.Identifier: return Name(token, absolute: false);
            case CelTokenKind.Symbol when token.Text == "." && Now.Kind == CelTokenKind.Identifier: return Name(tokens[_at++], absolute: true);
            case CelTokenKind.Symbol when token.Text == "(":
                var inner = Expression();
                Expect(")");
                return inner;
            case CelTokenKind.Symbol when token.Text == "[": return List(token.Offset);
            case CelTokenKind.Symbol when token.Text == "{": return Map(token.Offset);
            default:
                _at--;
                throw Unexpected();
        }
    }

    private CelSyntax Name(CelToken token, bool absolute)
    {
        switch (token.Text)
        {
            case "true" when !absolute: return new LiteralSyntax(token.Offset, CelValue.Of(true));
            case "false" when !absolute: return new LiteralSyntax(token.Offset, CelValue.Of(false));
            case "null" when !absolute: return new LiteralSyntax(token.Offset, CelValue.Null);
            default: break;
        }

        if (Array.IndexOf(Reserved, token.Text) >= 0) throw new CelSyntaxException($"'{token.Text}' is a reserved word", token.Offset);
        if (!Take("("))
        {
            return CelTypeName.Find(token.Text) is { } type && !absolute
                ? new LiteralSyntax(token.Offset, CelValue.Of(type))
                : new NameSyntax(token.Offset, token.Text, absolute);
        }

        var arguments = Arguments(")");
        if (token.Text != "has") return Call(token.Offset, token.Text, false, arguments);
        return arguments is [SelectSyntax { Test: false, Optional: false } select]
            ? select with { Test = true }
            : throw new CelSyntaxException("has() takes one field, as in has(a.b)", token.Offset);
    }

    private ListSyntax List(int offset)
    {
        var items = new List<(CelSyntax, bool)>();
        while (!Take("]"))
        {
            var optional = Take("?");
            items.Add((Expression(), optional));
            if (!Take(",") && !Now.Is("]")) throw Unexpected();
        }

        return Made(new ListSyntax(offset, items), [.. items.Select(i => i.Item1)]);
    }

    private MapSyntax Map(int offset)
    {
        var entries = new List<(CelSyntax, CelSyntax, bool)>();
        while (!Take("}"))
        {
            var optional = Take("?");
            var key = Expression();
            Expect(":");
            entries.Add((key, Expression(), optional));
            if (!Take(",") && !Now.Is("}")) throw Unexpected();
        }

        return Made(new MapSyntax(offset, entries), [.. entries.SelectMany(e => new[] { e.Item1, e.Item2 })]);
    }

    private static LiteralSyntax Number(CelToken token, bool negative)
    {
        var digits = token.Text;
        if (token.Kind == CelTokenKind.Double)
        {
            var number = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
            if (double.IsInfinity(number)) throw new CelSyntaxException("the number is too large for a double", token.Offset);
            return new LiteralSyntax(token.Offset, CelValue.Of(negative ? -number : number));
        }

        var isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var parsed = isHex
            ? ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        if (token.Kind == CelTokenKind.Uint)
        {
            return parsed ? new LiteralSyntax(token.Offset, CelValue.Of(value)) : throw new CelSyntaxException("the number is too large for a uint", token.Offset);
        }

        if (!parsed || value > (ulong)long.MaxValue + (negative ? 1UL : 0)) throw new CelSyntaxException("the number is too large for an int", token.Offset);
        return new LiteralSyntax(token.Offset, CelValue.Of(negative ? unchecked(-(long)value) : (long)value));
    }
}
