using System.Runtime.CompilerServices;
using Plumb.GoTemplate.Parsing;
using Plumb.GoTemplate.Syntax;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Running;

/// <summary>
/// Makes statements and expressions of a template's nodes: functions are looked up and variables get their places in the frame once, not at
/// each execution.
/// </summary>
internal sealed class Compiler(FunctionTable functions)
{
    private readonly List<(string Name, int Slot, bool Conditional)> _scope = [("$", 0, false)];
    private int _slots = 1;
    private int _conditional;
    private List<int> _skippable = [];

    public static Template Compile(string name, Tree tree, ListNode root, FunctionTable functions, TemplateOptions options)
    {
        _ = options;
        var compiler = new Compiler(functions);
        var body = compiler.List(root);
        return new Template { Name = name, Tree = tree, IsEmpty = Parser.IsEmpty(root), Slots = compiler._slots, Body = body };
    }

    private Statement List(ListNode list)
    {
        var parts = list.Nodes.Select(Statement).ToArray();
        return parts.Length == 1 ? parts[0] : new Sequence(parts);
    }

    private Statement Statement(Node node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return node switch
        {
            TextNode text => new WriteText(text),
            ActionNode action when action.Pipe.Declarations.Count > 0 => new Assign(action, Pipe(action.Pipe)),
            ActionNode action => new WriteValue(action, Pipe(action.Pipe)),
            TemplateNode call => new TemplateCall(call, call.Pipe is null ? null : Pipe(call.Pipe)),
            BranchNode { Kind: BranchKind.Range } range => Range(range),
            BranchNode branch => Branch(branch),
            BreakNode => new Leave(Flow.Break),
            ContinueNode => new Leave(Flow.Continue),
            _ => throw new InvalidOperationException($"A {node.GetType().Name} is no statement."),
        };
    }

    private Branch Branch(BranchNode node)
    {
        var known = _scope.Count;
        var pipe = Pipe(node.Pipe);
        var then = Scoped(node.List);
        var otherwise = node.Otherwise is null ? null : Scoped(node.Otherwise);
        Forget(known);
        return new Branch(node, pipe, then, otherwise);
    }

    private Loop Range(BranchNode node)
    {
        var known = _scope.Count;
        var pipe = Pipe(node.Pipe);
        var slots = node.Pipe.Declarations.Select(d => Find(d.Names[0]).Slot).ToArray();
        var body = Scoped(node.List);
        var otherwise = node.Otherwise is null ? null : Scoped(node.Otherwise);
        Forget(known);
        return new Loop(node, pipe, slots, body, otherwise);
    }

    private Statement Scoped(ListNode list)
    {
        var known = _scope.Count;
        var body = List(list);
        Forget(known);
        return body;
    }

    private void Forget(int known) => _scope.RemoveRange(known, _scope.Count - known);

    private Pipeline Pipe(PipeNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var outer = _skippable;
        if (_conditional == 0) _skippable = [];
        var stages = node.Commands.Select(Command).ToArray();
        var skippable = _conditional == 0 ? _skippable.ToArray() : [];
        if (_conditional == 0) _skippable = outer;
        var undeclared = node.IsAssign ? node.Declarations.Find(d => !IsKnown(d.Names[0]))?.Names[0] : null;
        var slots = node.Declarations.Select(d => node.IsAssign ? Find(d.Names[0]).Slot : Declare(d.Names[0])).ToArray();
        return new Pipeline(node, stages, slots, skippable, undeclared);
    }

    private int Declare(string name)
    {
        _scope.Add((name, _slots, _conditional > 0));
        if (_conditional > 0) _skippable.Add(_slots);
        return _slots++;
    }

    private bool IsKnown(string name) => _scope.Exists(v => v.Name == name);

    private (string Name, int Slot, bool Conditional) Find(string name)
    {
        var at = _scope.FindLastIndex(v => v.Name == name);
        if (at >= 0) return _scope[at];

        // an assignment to what was never declared: Go finds out when it gets there
        _scope.Add((name, _slots++, true));
        return _scope[^1];
    }

    private Expression Command(CommandNode node)
    {
        var first = node.Arguments[0];
        var arguments = node.Arguments.Skip(1);
        switch (first)
        {
            case IdentifierNode name:
                return Function(name, node, [.. node.Arguments.Skip(1)]);
            case FieldNode field:
                return new Fields(field, null, field.Names, [.. arguments.Select(Operand)]);
            case ChainNode chain:
                return Chain(chain, [.. arguments.Select(Operand)]);
            case VariableNode { Names.Length: > 1 } variable:
                return new Fields(variable, Variable(variable), variable.Names[1..], [.. arguments.Select(Operand)]);
        }

        return node.Arguments.Count > 1 ? new Fails(first, $"can't give argument to non-function {first}") : Operand(first);
    }

    private Expression Operand(Node node) => node switch
    {
        IdentifierNode name => Function(name, name, []),
        FieldNode field => new Fields(field, null, field.Names, []),
        ChainNode chain => Chain(chain, []),
        VariableNode { Names.Length: > 1 } variable => new Fields(variable, Variable(variable), variable.Names[1..], []),
        VariableNode variable => Variable(variable),
        PipeNode pipe => Pipe(pipe),
        DotNode dot => new Dot(dot),
        NilNode nil => new Nil(nil),
        BoolNode value => new Constant(value, GoValue.From(value.Value)),
        StringNode text => new Constant(text, GoValue.From(text.Text)),
        NumberNode number => Number(number),
        _ => throw new InvalidOperationException($"A {node.GetType().Name} is no operand."),
    };

    private Expression Chain(ChainNode chain, Expression[] arguments) => chain.Of is NilNode
        ? new Fails(chain, $"indirection through explicit nil in {chain}")
        : new Fields(chain, Operand(chain.Of), [.. chain.Fields], arguments);

    private Variable Variable(VariableNode node)
    {
        var (_, slot, conditional) = Find(node.Names[0]);
        return new Variable(node, slot, conditional);
    }

    private Expression Function(IdentifierNode name, Node whole, Node[] arguments)
    {
        var function = functions.Find(name.Name)!;
        if (name.Name == "call" && ReferenceEquals(function, FunctionTable.Standard.Find("call")))
        {
            return new CallOfValue(
                name, whole, function, [.. arguments.Select(Operand)], arguments.Length == 0 ? null : arguments[0].ToString());
        }

        if (name.Name is not ("and" or "or") || !ReferenceEquals(function, FunctionTable.Standard.Find(name.Name)))
        {
            return new Call(name, whole, function, [.. arguments.Select(Operand)]);
        }

        var operands = new List<Expression>();
        foreach (var argument in arguments)
        {
            operands.Add(Operand(argument));
            _conditional++;
        }

        _conditional -= arguments.Length;
        return new ShortCircuit(name, name.Name == "or", [.. operands]);
    }

    private static Expression Number(NumberNode node)
    {
        if (node.Complex is { } complex) return new Constant(node, GoValue.From(complex));
        var text = node.Text;
        var isHex = text.Length > 2 && text[0] == '0' && text[1] is 'x' or 'X' && text.AsSpan().IndexOfAny('p', 'P') < 0;
        if (node.Float is { } number && !isHex && text[0] != '\'' && text.AsSpan().IndexOfAny(".eEpP") >= 0)
        {
            return new Constant(node, GoValue.From(number));
        }

        return node.Int is { } integer ? new Constant(node, GoValue.From((nint)integer)) : new Overflow(node);
    }
}
