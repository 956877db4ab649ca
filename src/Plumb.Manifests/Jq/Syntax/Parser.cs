using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Functions;

namespace Plumb.Manifests.Jq.Syntax;

/// <summary>
/// Reads a program by recursive descent. Names are resolved here, so that a misspelt function or variable is an error when the program is
/// read and not when it first meets data.
/// </summary>
internal sealed class Parser
{
    private const int MaxDepth = 200;

    /// <summary>From loosest to tightest; those of one row have one rank.</summary>
    private static readonly string[][] Ranks =
    [
        ["//"], ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="], ["or"], ["and"], ["==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"],
    ];

    private const int AlternativeRank = 0;
    private const int AssignRank = 1;
    private const int CompareRank = 4;

    private readonly IReadOnlyList<Token> _tokens;
    private readonly List<Known> _known;
    private int _at;
    private int _depth;

    private Parser(IReadOnlyList<Token> tokens, List<Known> known, int depth) => (_tokens, _known, _depth) = (tokens, known, depth);

    private enum KnownKind : byte
    {
        Function,
        Variable,
        Label,
    }

    private readonly record struct Known(KnownKind Kind, string Name, int Arity);

    /// <summary>Reads a whole program.</summary>
    /// <exception cref="JqSyntaxException">What is wrong, and where.</exception>
    public static Expression Read(string text)
    {
        var parser = new Parser(Lexer.Read(text), [], 0);
        if (parser.Current.Kind == TokenKind.End) return Identity.Instance;
        var program = parser.ReadPipe();
        return parser.Current.Kind == TokenKind.End ? program : throw parser.Unexpected("the end or an operator");
    }

    private Token Current => _tokens[_at];

    private bool Take(string symbol)
    {
        if (!Current.Is(symbol)) return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw Unexpected($"\"{symbol}\"");
    }

    private JqSyntaxException Unexpected(string wanted) => new($"{Current.Describe()} where {wanted} is expected", Current.Position);

    private T Deeper<T>(Func<T> read)
    {
        if (++_depth > MaxDepth) throw new JqSyntaxException($"nested deeper than {MaxDepth} levels", Current.Position);
        var result = read();
        _depth--;
        return result;
    }

    /// <summary>Runs with names known that are forgotten after.</summary>
    private T With<T>(IEnumerable<Known> names, Func<T> read)
    {
        var count = _known.Count;
        _known.AddRange(names);
        var result = read();
        _known.RemoveRange(count, _known.Count - count);
        return result;
    }

    private bool Knows(KnownKind kind, string name, int arity = 0) => _known.Contains(new(kind, name, arity));

    private Expression ReadPipe() => Deeper(() => ReadPipe(commas: true));

    private Expression ReadPipe(bool commas)
    {
        if (Current.Is("def"))
        {
            var function = ReadFunction();
            return With([new(KnownKind.Function, function.Name, function.Parameters.Count)], () => (Expression)new Define(function, ReadPipe()));
        }

        if (Current.Is("import") || Current.Is("include"))
            throw new JqSyntaxException("modules cannot be read here; write the functions into the program", Current.Position);
        if (Take("label"))
        {
            var name = ReadVariableName();
            Expect("|");
            return With([new(KnownKind.Label, name, 0)], () => (Expression)new Label(name, ReadPipe()));
        }

        var left = commas ? ReadComma() : ReadOperators(0);
        return Take("|") ? new Pipe(left, Deeper(() => ReadPipe(commas))) : left;
    }

    private Expression ReadComma()
    {
        var left = ReadOperators(0);
        while (Take(",")) left = new Comma(left, ReadOperators(0));
        return left;
    }

    private Expression ReadOperators(int rank)
    {
        if (rank == Ranks.Length) return ReadPostfix();
        var left = ReadOperators(rank + 1);
        while (Array.Find(Ranks[rank], Current.Is) is { } symbol)
        {
            var at = Current.Position;
            _at++;
            // The alternative binds to the right: a // b // c asks a, then b.
            var right = rank == AlternativeRank ? Deeper(() => ReadOperators(rank)) : ReadOperators(rank + 1);
            left = rank switch
            {
                AlternativeRank => new Alternative(left, right),
                AssignRank => new Assign(symbol, left, right),
                2 or 3 => new Logic(symbol == "and", left, right),
                _ => new Binary(symbol, left, right),
            };
            if (rank is AssignRank or CompareRank && Array.Exists(Ranks[rank], Current.Is))
                throw new JqSyntaxException($"\"{Current.Word}\" cannot follow \"{symbol}\" at {at + 1}; set parentheses", Current.Position);
        }

        return left;
    }

    private Expression ReadPostfix()
    {
        if (Take("-")) return new Negate(Deeper(ReadPostfix));
        var term = Suffixes(ReadTerm());
        if (!Current.Is("as")) return term;

        // "term as $x | body" may stand wherever a term may; its body reaches as far as a pipe does.
        _at++;
        var pattern = ReadPattern();
        if (Current.Is("?//")) throw new JqSyntaxException("alternative patterns (?//) are not supported", Current.Position);
        Expect("|");
        return With(NamesOf(pattern), () => (Expression)new Bind(term, pattern, ReadPipe()));
    }

    private Expression Suffixes(Expression term)
    {
        while (true)
        {
            if (Take("?")) term = Optional(term);
            else if (Current.Kind == TokenKind.Field) term = new Index(term, new Literal(_tokens[_at++].Word));
            else if (Current.Is("[")) term = ReadBracket(term);
            else if (Current.Is(".") && _tokens[_at + 1].Is("["))
            {
                _at++;
                term = ReadBracket(term);
            }
            else if (Current.Is(".") && _tokens[_at + 1].Kind == TokenKind.Text)
            {
                _at++;
                term = new Index(term, ReadText());
            }
            else
            {
                return term;
            }
        }
    }

    /// <summary>A question mark means the last step alone: in <c>.a[].b?</c> an <c>a</c> that is no list is still an error.</summary>
    private static Expression Optional(Expression term) => term switch
    {
        Index { IsOptional: false } index => index with { IsOptional = true },
        Slice { IsOptional: false } slice => slice with { IsOptional = true },
        Iterate { IsOptional: false } iterate => iterate with { IsOptional = true },
        _ => new Try(term, null),
    };

    private Expression ReadBracket(Expression target)
    {
        Expect("[");
        if (Take("]")) return new Iterate(target);
        Expression? from = null;
        if (!Current.Is(":"))
        {
            from = ReadPipe();
            if (Take("]")) return new Index(target, from);
        }

        Expect(":");
        var to = Current.Is("]") ? null : ReadPipe();
        if (from is null && to is null) throw Unexpected("a number");
        Expect("]");
        return new Slice(target, from, to);
    }

    private Expression ReadTerm()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number: _at++; return new Literal(token.Number);
            case TokenKind.Text: return ReadText();
            case TokenKind.Format:
                _at++;
                if (!Formats.IsKnown(token.Word)) throw new JqSyntaxException($"@{token.Word} is no format", token.Position);
                return Current.Kind == TokenKind.Text ? ReadText(token.Word) : new FormatInput(token.Word);
            case TokenKind.Field: _at++; return new Index(Identity.Instance, new Literal(token.Word));
            case TokenKind.Variable: return ReadVariable();
            case TokenKind.Identifier: return ReadCall();
            default: break;
        }

        if (Take("."))
        {
            if (Current.Kind == TokenKind.Text) return new Index(Identity.Instance, ReadText());
            return Current.Is("[") ? ReadBracket(Identity.Instance) : Identity.Instance;
        }

        if (Take("..")) return new EverythingBelow();
        if (Take("(")) return new Pipe(Closed(ReadPipe(), ")"), Identity.Instance);
        if (Take("[")) return Take("]") ? new MakeList(null) : new MakeList(Closed(ReadPipe(), "]"));
        if (Take("{")) return ReadMap();
        if (Take("if")) return ReadIf();
        if (Take("try")) return ReadTry();
        if (Take("reduce")) return ReadReduce();
        if (Take("foreach")) return ReadForeach();
        if (Current.Is("def")) return ReadPipe();
        throw Unexpected("an expression");
    }

    private Expression Closed(Expression inner, string symbol)
    {
        Expect(symbol);
        return inner;
    }

    private Expression ReadText(string format = "text")
    {
        var parts = new List<(string? Literal, Expression? Program)>();
        foreach (var part in _tokens[_at++].Parts)
        {
            if (part.Program is null)
            {
                parts.Add((part.Literal, null));
                continue;
            }

            var inner = new Parser(part.Program, _known, _depth + 1);
            var program = inner.ReadPipe();
            if (inner.Current.Kind != TokenKind.End) throw inner.Unexpected("\")\"");
            parts.Add((null, program));
        }

        return parts is [{ Literal: { } only }] ? new Literal(only) : new Template(parts, format);
    }

    private string ReadVariableName()
    {
        if (Current.Kind != TokenKind.Variable) throw Unexpected("a variable");
        return _tokens[_at++].Word;
    }

    private Expression ReadVariable()
    {
        var token = _tokens[_at++];
        if (Knows(KnownKind.Variable, token.Word)) return new Variable(token.Word);
        if (token.Word == "__loc__") return new Literal(new MapNode { ["file"] = "<top-level>", ["line"] = 1 });
        throw new JqSyntaxException(
            token.Word == "ENV"
                ? "$ENV is not available: the outcome must not depend on where the program runs"
                : $"the variable ${token.Word} is not defined",
            token.Position);
    }

    private Expression ReadCall()
    {
        var token = _tokens[_at++];
        if (token.Word == "break")
        {
            var position = Current.Position;
            var label = ReadVariableName();
            return Knows(KnownKind.Label, label) ? new Break(label) : throw new JqSyntaxException($"the label ${label} is not defined", position);
        }

        var arguments = new List<Expression>();
        if (Take("("))
        {
            do arguments.Add(ReadPipe());
            while (Take(";"));
            Expect(")");
        }

        if (Knows(KnownKind.Function, token.Word, arguments.Count)) return new Call(token.Word, arguments);
        if (token.Word is "null" or "true" or "false" && arguments.Count == 0)
            return new Literal(token.Word == "null" ? Node.Null : token.Word == "true");
        if (BuiltIns.Find(token.Word, arguments.Count) is { } builtIn) return new BuiltInCall(builtIn, arguments);
        if (BuiltIns.WhyDenied(token.Word) is { } why) throw new JqSyntaxException($"{token.Word} is not available: {why}", token.Position);
        var others = BuiltIns.AritiesOf(token.Word);
        throw new JqSyntaxException(
            others.Count == 0
                ? $"the function {token.Word}/{arguments.Count} is not defined"
                : $"{token.Word} takes {string.Join(" or ", others)} arguments, separated by semicolons, not {arguments.Count}",
            token.Position);
    }

    private Function ReadFunction()
    {
        Expect("def");
        if (Current.Kind is not (TokenKind.Identifier or TokenKind.Keyword)) throw Unexpected("the name of a function");
        var name = _tokens[_at++].Word;
        var parameters = new List<string>();
        if (Take("("))
        {
            do
            {
                if (Current.Kind is not (TokenKind.Identifier or TokenKind.Variable)) throw Unexpected("a parameter");
                parameters.Add(Current.Kind == TokenKind.Variable ? "$" + Current.Word : Current.Word);
                _at++;
            }
            while (Take(";"));
            Expect(")");
        }

        Expect(":");
        var known = new List<Known> { new(KnownKind.Function, name, parameters.Count) };
        foreach (var parameter in parameters)
        {
            known.Add(new(KnownKind.Function, parameter.TrimStart('$'), 0));
            if (parameter[0] == '$') known.Add(new(KnownKind.Variable, parameter[1..], 0));
        }

        var body = With(known, ReadPipe);
        Expect(";");
        return new Function(name, parameters, body);
    }

    private Expression ReadIf()
    {
        var condition = ReadPipe();
        Expect("then");
        var then = ReadPipe();
        if (Take("elif")) return new If(condition, then, Deeper(ReadIf));
        var otherwise = Take("else") ? ReadPipe() : null;
        Expect("end");
        return new If(condition, then, otherwise);
    }

    private Expression ReadTry()
    {
        var body = Deeper(ReadTryBody);
        return new Try(body, Take("catch") ? Deeper(ReadTryBody) : null);
    }

    private Expression ReadTryBody() => Take("-") ? new Negate(ReadTryBody()) : Suffixes(ReadTerm());

    private Expression ReadReduce()
    {
        var (source, pattern) = ReadSource();
        return With(NamesOf(pattern), () =>
        {
            Expect("(");
            var init = ReadPipe();
            Expect(";");
            return (Expression)new Reduce(source, pattern, init, Closed(ReadPipe(), ")"));
        });
    }

    private Expression ReadForeach()
    {
        var (source, pattern) = ReadSource();
        return With(NamesOf(pattern), () =>
        {
            Expect("(");
            var init = ReadPipe();
            Expect(";");
            var update = ReadPipe();
            var extract = Take(";") ? ReadPipe() : null;
            Expect(")");
            return (Expression)new Foreach(source, pattern, init, update, extract);
        });
    }

    private (Expression Source, Pattern Pattern) ReadSource()
    {
        var source = Suffixes(ReadTerm());
        Expect("as");
        return (source, ReadPattern());
    }

    private Expression ReadMap()
    {
        var entries = new List<(Expression Key, Expression Value)>();
        while (!Current.Is("}"))
        {
            var token = Current;
            var (key, value) = ReadKey();
            if (Take(":")) value = ReadMapValue();
            if (value is null) throw new JqSyntaxException($"the key {token.Describe()} needs a value", token.Position);
            entries.Add((key, value));
            if (!Take(",")) break;
        }

        Expect("}");
        return new MakeMap(entries);
    }

    /// <summary>A key, and the value that it has by itself, as in <c>{name}</c> and <c>{$name}</c>.</summary>
    private (Expression Key, Expression? Value) ReadKey()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Variable:
                return (new Literal(token.Word), ReadVariable());
            case TokenKind.Identifier or TokenKind.Keyword:
                _at++;
                return (new Literal(token.Word), new Index(Identity.Instance, new Literal(token.Word)));
            case TokenKind.Number:
                _at++;
                return (new Literal(token.Word), null);
            case TokenKind.Text:
                var text = ReadText();
                return (text, new Index(Identity.Instance, text));
            case TokenKind.Format:
                var format = ReadTerm();
                return (format, new Index(Identity.Instance, format));
            default:
                if (!Take("(")) throw Unexpected("a key");
                return (Closed(ReadPipe(), ")"), null);
        }
    }

    /// <summary>No comma, as that ends the entry.</summary>
    private Expression ReadMapValue() => Deeper(() => ReadPipe(commas: false));

    private Pattern ReadPattern() => Deeper(ReadPatternOnce);

    private Pattern ReadPatternOnce()
    {
        if (Current.Kind == TokenKind.Variable) return new NamePattern(_tokens[_at++].Word);
        if (Take("["))
        {
            var items = new List<Pattern>();
            do items.Add(ReadPattern());
            while (Take(","));
            Expect("]");
            return new ListPattern(items);
        }

        if (!Take("{")) throw Unexpected("a variable or a pattern");
        var entries = new List<(string? Name, Expression Key, Pattern? Value)>();
        do
        {
            var token = Current;
            string? name = null;
            Expression key;
            if (token.Kind == TokenKind.Variable)
            {
                _at++;
                name = token.Word;
                key = new Literal(token.Word);
            }
            else
            {
                key = ReadKey().Key;
            }

            var value = Take(":") ? ReadPattern() : null;
            if (name is null && value is null) throw new JqSyntaxException($"the key {token.Describe()} needs a variable", token.Position);
            entries.Add((name, key, value));
        }
        while (Take(","));
        Expect("}");
        return new MapPattern(entries);
    }

    private static IEnumerable<Known> NamesOf(Pattern pattern) => pattern switch
    {
        NamePattern name => [new(KnownKind.Variable, name.Name, 0)],
        ListPattern list => list.Items.SelectMany(NamesOf),
        MapPattern map => map.Entries.SelectMany(e =>
            (e.Name is null ? Enumerable.Empty<Known>() : [new(KnownKind.Variable, e.Name, 0)]).Concat(e.Value is null ? [] : NamesOf(e.Value))),
        _ => [],
    };
}
