using System.Runtime.CompilerServices;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Lexing;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Syntax;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Parsing;

/// <summary>
/// Reads a text by the grammar of Go's <c>text/template/parse</c>, with its messages and lines. Each <c>define</c> and <c>block</c> has a
/// parser of its own over the same tokens, so that look-ahead and known variables are its own, as in Go.
/// </summary>
internal sealed class Parser
{
    private readonly Lexer _lexer;
    private readonly Tree _tree;
    private readonly FunctionTable _functions;
    private readonly Dictionary<string, (Parser Parser, ListNode Root)> _found;
    private readonly Token[] _tokens = new Token[3];
    private readonly List<string> _variables = ["$"];
    private string _name;
    private int _peeked;
    private int _actionLine;
    private int _rangeDepth;

    private Parser(string name, Tree tree, Lexer lexer, FunctionTable functions, Dictionary<string, (Parser, ListNode)> found)
    {
        _name = name;
        _tree = tree;
        _lexer = lexer;
        _functions = functions;
        _found = found;
    }

    /// <summary>Reads a text into templates: its own, and one for each definition in it.</summary>
    /// <exception cref="TemplateParseError">The text is no template.</exception>
    public static Template[] Parse(string name, string text, FunctionTable functions, TemplateOptions options)
    {
        var left = options.LeftDelimiter.Length == 0 ? "{{" : options.LeftDelimiter;
        var right = options.RightDelimiter.Length == 0 ? "}}" : options.RightDelimiter;
        var tree = new Tree(name, text, left, right);
        var lexer = new Lexer(text, left, right, functions.Find("break") is null, functions.Find("continue") is null);
        var found = new Dictionary<string, (Parser Parser, ListNode Root)>(StringComparer.Ordinal);
        var parser = new Parser(name, tree, lexer, functions, found);
        try
        {
            parser.Add(parser.Text());
            return [.. found.Select(f => Compiler.Compile(f.Key, tree, f.Value.Root, functions, options))];
        }
        catch (InsufficientExecutionStackException)
        {
            throw parser.Error("nested too deeply");
        }
    }

    /// <summary>Whether there is nothing but space in it.</summary>
    internal static bool IsEmpty(Node node) => node switch
    {
        ListNode list => list.Nodes.TrueForAll(IsEmpty),
        TextNode text => string.IsNullOrWhiteSpace(text.Text),
        _ => false,
    };

    private ListNode Text()
    {
        var root = new ListNode(_tree, Peek().Position);
        while (Peek().Kind != TokenKind.End)
        {
            if (Peek().Kind == TokenKind.LeftDelimiter)
            {
                var delimiter = Next();
                if (NextAfterSpace().Kind == TokenKind.DefineWord)
                {
                    new Parser("definition", _tree, _lexer, _functions, _found).Definition();
                    continue;
                }

                Back(delimiter);
            }

            var node = TextOrAction();
            if (node is EndNode or ElseNode) throw Error($"unexpected {node}");
            root.Nodes.Add(node);
        }

        return root;
    }

    private void Definition()
    {
        const string Context = "define clause";
        var name = NextAfterSpace();
        if (name.Kind is not (TokenKind.String or TokenKind.RawString)) throw Unexpected(name, Context);
        _name = Unquote(name.Text);
        Expect(TokenKind.RightDelimiter, Context);
        var (root, end) = Items();
        if (end is not EndNode) throw Error($"unexpected {end} in {Context}");
        Add(root);
    }

    private void Add(ListNode root)
    {
        if (!_found.TryGetValue(_name, out var before) || IsEmpty(before.Root)) _found[_name] = (this, root);
        else if (!IsEmpty(root)) throw Error($"template: multiple definition of template {GoQuote.Quote(_name)}");
    }

    private (ListNode List, Node Next) Items()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var list = new ListNode(_tree, PeekAfterSpace().Position);
        while (PeekAfterSpace().Kind != TokenKind.End)
        {
            var node = TextOrAction();
            if (node is EndNode or ElseNode) return (list, node);
            list.Nodes.Add(node);
        }

        throw Error("unexpected EOF");
    }

    private Node TextOrAction()
    {
        var token = NextAfterSpace();
        if (token.Kind == TokenKind.Text) return new TextNode(_tree, token.Position, token.Text);
        if (token.Kind != TokenKind.LeftDelimiter) throw Unexpected(token, "input");
        _actionLine = token.Line;
        var node = Action();
        _actionLine = 0;
        return node;
    }

    private Node Action()
    {
        var token = NextAfterSpace();
        switch (token.Kind)
        {
            case TokenKind.BlockWord: return Block();
            case TokenKind.BreakWord: return Leave(token, "{{break}}", new BreakNode(_tree, token.Position));
            case TokenKind.ContinueWord: return Leave(token, "{{continue}}", new ContinueNode(_tree, token.Position));
            case TokenKind.ElseWord: return Else();
            case TokenKind.EndWord: return new EndNode(_tree, Expect(TokenKind.RightDelimiter, "end").Position);
            case TokenKind.IfWord: return Control(BranchKind.If, "if");
            case TokenKind.RangeWord: return Control(BranchKind.Range, "range");
            case TokenKind.TemplateWord: return TemplateCall();
            case TokenKind.WithWord: return Control(BranchKind.With, "with");
        }

        Back();
        var position = Peek().Position;
        return new ActionNode(_tree, position, Pipeline("command", TokenKind.RightDelimiter));
    }

    private Node Leave(Token word, string text, Node node)
    {
        var token = NextAfterSpace();
        if (token.Kind != TokenKind.RightDelimiter) throw Unexpected(token, text);
        return _rangeDepth == 0 ? throw Error($"{text} outside {{{{range}}}}") : node;
    }

    private ElseNode Else()
    {
        var next = PeekAfterSpace();
        return next.Kind is TokenKind.IfWord or TokenKind.WithWord
            ? new ElseNode(_tree, next.Position)
            : new ElseNode(_tree, Expect(TokenKind.RightDelimiter, "else").Position);
    }

    private BranchNode Control(BranchKind kind, string context)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var known = _variables.Count;
        var pipe = Pipeline(context, TokenKind.RightDelimiter);
        if (kind == BranchKind.Range) _rangeDepth++;
        var (list, next) = Items();
        if (kind == BranchKind.Range) _rangeDepth--;
        ListNode? otherwise = null;
        if (next is ElseNode)
        {
            // "else if" and "else with" share the outer one's end
            var chained = kind switch { BranchKind.If => TokenKind.IfWord, BranchKind.With => TokenKind.WithWord, _ => TokenKind.Keyword };
            if (Peek().Kind == chained)
            {
                Next();
                otherwise = new ListNode(_tree, next.Position);
                otherwise.Nodes.Add(Control(kind, context));
            }
            else
            {
                (otherwise, next) = Items();
                if (next is not EndNode) throw Error($"expected end; found {next}");
            }
        }

        _variables.RemoveRange(known, _variables.Count - known);
        return new BranchNode(kind, pipe, list, otherwise);
    }

    private TemplateNode Block()
    {
        const string Context = "block clause";
        var token = NextAfterSpace();
        var name = TemplateName(token, Context);
        var pipe = Pipeline(Context, TokenKind.RightDelimiter);
        var block = new Parser(name, _tree, _lexer, _functions, _found);
        var (root, end) = block.Items();
        if (end is not EndNode) throw Error($"unexpected {end} in {Context}");
        block.Add(root);
        return new TemplateNode(_tree, token.Position, name, pipe);
    }

    private TemplateNode TemplateCall()
    {
        const string Context = "template clause";
        var token = NextAfterSpace();
        var name = TemplateName(token, Context);
        PipeNode? pipe = null;
        if (NextAfterSpace().Kind != TokenKind.RightDelimiter)
        {
            Back();
            pipe = Pipeline(Context, TokenKind.RightDelimiter);
        }

        return new TemplateNode(_tree, token.Position, name, pipe);
    }

    private string TemplateName(Token token, string context) =>
        token.Kind is TokenKind.String or TokenKind.RawString ? Unquote(token.Text) : throw Unexpected(token, context);

    private PipeNode Pipeline(string context, TokenKind end)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var pipe = new PipeNode(_tree, PeekAfterSpace().Position);
        while (Declaration(pipe, context))
        {
        }

        while (true)
        {
            var token = NextAfterSpace();
            if (token.Kind == end) break;
            if (!StartsCommand(token.Kind)) throw Unexpected(token, context);
            Back();
            pipe.Commands.Add(Command());
        }

        if (pipe.Commands.Count == 0) throw Error($"missing value for {context}");
        for (var i = 1; i < pipe.Commands.Count; i++)
        {
            if (pipe.Commands[i].Arguments[0] is BoolNode or DotNode or NilNode or NumberNode or StringNode)
            {
                throw Error($"non executable command in pipeline stage {i + 1}");
            }
        }

        return pipe;
    }

    private static bool StartsCommand(TokenKind kind) => kind is TokenKind.Bool or TokenKind.CharConstant or TokenKind.Complex
        or TokenKind.Dot or TokenKind.Field or TokenKind.Identifier or TokenKind.Number or TokenKind.NilWord or TokenKind.RawString
        or TokenKind.String or TokenKind.Variable or TokenKind.LeftParen;

    /// <summary>Reads a declaration or assignment before a pipeline, if there is one; true when another may follow.</summary>
    private bool Declaration(PipeNode pipe, string context)
    {
        var variable = PeekAfterSpace();
        if (variable.Kind != TokenKind.Variable) return false;
        Next();

        // "$x foo" needs a look at foo before it is known that $x is an argument, and the space between may matter again
        var after = Peek();
        var next = PeekAfterSpace();
        if (next.Kind is TokenKind.Assign or TokenKind.Declare)
        {
            pipe.IsAssign = next.Kind == TokenKind.Assign;
            NextAfterSpace();
            Declare(pipe, variable);
            return false;
        }

        if (next is { Kind: TokenKind.Char, Text: "," })
        {
            NextAfterSpace();
            Declare(pipe, variable);
            if (context != "range" || pipe.Declarations.Count >= 2) throw Error($"too many declarations in {context}");
            return PeekAfterSpace().Kind is TokenKind.Variable or TokenKind.RightDelimiter or TokenKind.RightParen
                ? true
                : throw Error("range can only initialize variables");
        }

        if (after.Kind == TokenKind.Space) Back(after, variable);
        else Back(variable);
        return false;
    }

    private void Declare(PipeNode pipe, Token variable)
    {
        pipe.Declarations.Add(new VariableNode(_tree, variable.Position, variable.Text));
        _variables.Add(variable.Text);
    }

    private CommandNode Command()
    {
        var command = new CommandNode(_tree, PeekAfterSpace().Position);
        while (true)
        {
            PeekAfterSpace();
            if (Operand() is { } operand) command.Arguments.Add(operand);
            var token = Next();
            if (token.Kind == TokenKind.Space) continue;
            if (token.Kind is TokenKind.RightDelimiter or TokenKind.RightParen) Back();
            else if (token.Kind != TokenKind.Pipe) throw Unexpected(token, "operand");
            break;
        }

        return command.Arguments.Count == 0 ? throw Error("empty command") : command;
    }

    private Node? Operand()
    {
        if (Term() is not { } node) return null;
        if (Peek().Kind != TokenKind.Field) return node;
        var chain = new ChainNode(_tree, Peek().Position, node);
        while (Peek().Kind == TokenKind.Field) chain.Fields.Add(Next().Text[1..]);
        return node switch
        {
            FieldNode => new FieldNode(_tree, chain.Position, chain.ToString()),
            VariableNode => new VariableNode(_tree, chain.Position, chain.ToString()),
            BoolNode or StringNode or NumberNode or NilNode or DotNode =>
                throw Error($"unexpected . after term {GoQuote.Quote(node.ToString())}"),
            _ => chain,
        };
    }

    private Node? Term()
    {
        var token = NextAfterSpace();
        switch (token.Kind)
        {
            case TokenKind.Identifier:
                if (_functions.Find(token.Text) is null) throw Error($"function {GoQuote.Quote(token.Text)} not defined");
                return new IdentifierNode(_tree, token.Position, token.Text);
            case TokenKind.Dot:
                return new DotNode(_tree, token.Position);
            case TokenKind.NilWord:
                return new NilNode(_tree, token.Position);
            case TokenKind.Variable:
                return UseVariable(token);
            case TokenKind.Field:
                return new FieldNode(_tree, token.Position, token.Text);
            case TokenKind.Bool:
                return new BoolNode(_tree, token.Position, token.Text == "true");
            case TokenKind.CharConstant or TokenKind.Complex or TokenKind.Number:
                try
                {
                    return Numbers.Read(_tree, token);
                }
                catch (GoError error)
                {
                    throw Error(error.Message);
                }

            case TokenKind.LeftParen:
                return Pipeline("parenthesized pipeline", TokenKind.RightParen);
            case TokenKind.String or TokenKind.RawString:
                return new StringNode(_tree, token.Position, token.Text, Unquote(token.Text));
        }

        Back();
        return null;
    }

    private VariableNode UseVariable(Token token)
    {
        var node = new VariableNode(_tree, token.Position, token.Text);
        return _variables.Contains(node.Names[0]) ? node : throw Error($"undefined variable {GoQuote.Quote(node.Names[0])}");
    }

    private string Unquote(string text) => GoQuote.Unquote(text) ?? throw Error("invalid syntax");

    private Token Expect(TokenKind kind, string context)
    {
        var token = NextAfterSpace();
        return token.Kind == kind ? token : throw Unexpected(token, context);
    }

    private Token Next()
    {
        if (_peeked > 0) _peeked--;
        else _tokens[0] = _lexer.Next();
        return _tokens[_peeked];
    }

    private Token Peek()
    {
        if (_peeked > 0) return _tokens[_peeked - 1];
        _peeked = 1;
        return _tokens[0] = _lexer.Next();
    }

    private Token NextAfterSpace()
    {
        while (true)
        {
            var token = Next();
            if (token.Kind != TokenKind.Space) return token;
        }
    }

    private Token PeekAfterSpace()
    {
        var token = NextAfterSpace();
        Back();
        return token;
    }

    private void Back() => _peeked++;

    private void Back(Token first)
    {
        _tokens[1] = first;
        _peeked = 2;
    }

    private void Back(Token second, Token first)
    {
        _tokens[1] = second;
        _tokens[2] = first;
        _peeked = 3;
    }

    private TemplateParseError Unexpected(Token token, string context)
    {
        if (token.Kind != TokenKind.Error) return Error($"unexpected {token} in {context}");
        var started = "";
        if (_actionLine != 0 && _actionLine != token.Line)
        {
            started = $" in action started at {_tree.ParseName}:{_actionLine}";
            if (token.Text.EndsWith(" action", StringComparison.Ordinal)) started = started[" in action".Length..];
        }

        return Error($"{token}{started}");
    }

    private TemplateParseError Error(string reason) => new(_tree.ParseName, _tokens[0].Line, reason);
}
