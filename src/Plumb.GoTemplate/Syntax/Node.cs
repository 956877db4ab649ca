using System.Numerics;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Syntax;

/// <summary>What all nodes of one text share.</summary>
internal sealed record Tree(string ParseName, string Text, string Left, string Right)
{
    /// <summary>NAME:LINE:COL of a node; the column counts bytes from 0.</summary>
    public string Location(Node node)
    {
        var before = Text.AsSpan(0, node.Position);
        var lineStart = before.LastIndexOf('\n') + 1;
        return $"{ParseName}:{1 + before.Count('\n')}:{GoText.ByteLength(Text[lineStart..node.Position])}";
    }
}

/// <summary>An element of a template as it was written. Its text is what error messages show of it.</summary>
internal abstract class Node(Tree tree, int position)
{
    public Tree Tree { get; } = tree;

    /// <summary>Where it starts, in characters.</summary>
    public int Position { get; } = position;

    public abstract void Write(StringBuilder to);

    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    protected void Action(StringBuilder to, string content) => to.Append(Tree.Left).Append(content).Append(Tree.Right);
}

internal sealed class ListNode(Tree tree, int position) : Node(tree, position)
{
    public List<Node> Nodes { get; } = [];

    public override void Write(StringBuilder to) => Nodes.ForEach(n => n.Write(to));
}

internal sealed class TextNode(Tree tree, int position, string text) : Node(tree, position)
{
    public string Text { get; } = text;

    public override void Write(StringBuilder to) => to.Append(Text);
}

internal sealed class ActionNode(Tree tree, int position, PipeNode pipe) : Node(tree, position)
{
    public PipeNode Pipe { get; } = pipe;

    public override void Write(StringBuilder to) => Action(to, Pipe.ToString());
}

internal sealed class PipeNode(Tree tree, int position) : Node(tree, position)
{
    public bool IsAssign { get; set; }

    public List<VariableNode> Declarations { get; } = [];

    public List<CommandNode> Commands { get; } = [];

    public override void Write(StringBuilder to)
    {
        for (var i = 0; i < Declarations.Count; i++)
        {
            if (i > 0) to.Append(", ");
            Declarations[i].Write(to);
        }

        if (Declarations.Count > 0) to.Append(IsAssign ? " = " : " := ");
        for (var i = 0; i < Commands.Count; i++)
        {
            if (i > 0) to.Append(" | ");
            Commands[i].Write(to);
        }
    }
}

internal sealed class CommandNode(Tree tree, int position) : Node(tree, position)
{
    public List<Node> Arguments { get; } = [];

    public override void Write(StringBuilder to)
    {
        for (var i = 0; i < Arguments.Count; i++)
        {
            if (i > 0) to.Append(' ');
            if (Arguments[i] is PipeNode)
            {
                to.Append('(');
                Arguments[i].Write(to);
                to.Append(')');
            }
            else
            {
                Arguments[i].Write(to);
            }
        }
    }
}

internal sealed class IdentifierNode(Tree tree, int position, string name) : Node(tree, position)
{
    public string Name { get; } = name;

    public override void Write(StringBuilder to) => to.Append(Name);
}

/// <summary>A variable, perhaps with fields: the name with its dollar sign comes first.</summary>
internal sealed class VariableNode(Tree tree, int position, string text) : Node(tree, position)
{
    public string[] Names { get; } = text.Split('.');

    public override void Write(StringBuilder to) => to.AppendJoin('.', Names);
}

internal sealed class DotNode(Tree tree, int position) : Node(tree, position)
{
    public override void Write(StringBuilder to) => to.Append('.');
}

internal sealed class NilNode(Tree tree, int position) : Node(tree, position)
{
    public override void Write(StringBuilder to) => to.Append("nil");
}

internal sealed class FieldNode(Tree tree, int position, string text) : Node(tree, position)
{
    public string[] Names { get; } = text[1..].Split('.');

    public override void Write(StringBuilder to)
    {
        foreach (var name in Names) to.Append('.').Append(name);
    }
}

/// <summary>Fields of what is no field or variable, such as of a pipeline in parentheses.</summary>
internal sealed class ChainNode(Tree tree, int position, Node of) : Node(tree, position)
{
    public Node Of { get; } = of;

    public List<string> Fields { get; } = [];

    public override void Write(StringBuilder to)
    {
        if (Of is PipeNode) to.Append('(');
        Of.Write(to);
        if (Of is PipeNode) to.Append(')');
        foreach (var field in Fields) to.Append('.').Append(field);
    }
}

internal sealed class BoolNode(Tree tree, int position, bool value) : Node(tree, position)
{
    public bool Value { get; } = value;

    public override void Write(StringBuilder to) => to.Append(Value ? "true" : "false");
}

/// <summary>A number under all the types that can hold it, as Go's ideal constants are.</summary>
internal sealed class NumberNode(Tree tree, int position, string text) : Node(tree, position)
{
    public string Text { get; } = text;

    public long? Int { get; set; }

    public ulong? Uint { get; set; }

    public double? Float { get; set; }

    public Complex? Complex { get; set; }

    public override void Write(StringBuilder to) => to.Append(Text);
}

internal sealed class StringNode(Tree tree, int position, string quoted, string text) : Node(tree, position)
{
    public string Quoted { get; } = quoted;

    public string Text { get; } = text;

    public override void Write(StringBuilder to) => to.Append(Quoted);
}

internal sealed class EndNode(Tree tree, int position) : Node(tree, position)
{
    public override void Write(StringBuilder to) => Action(to, "end");
}

internal sealed class ElseNode(Tree tree, int position) : Node(tree, position)
{
    public override void Write(StringBuilder to) => Action(to, "else");
}

internal sealed class BreakNode(Tree tree, int position) : Node(tree, position)
{
    public override void Write(StringBuilder to) => Action(to, "break");
}

internal sealed class ContinueNode(Tree tree, int position) : Node(tree, position)
{
    public override void Write(StringBuilder to) => Action(to, "continue");
}

internal enum BranchKind
{
    If,
    With,
    Range,
}

internal sealed class BranchNode(BranchKind kind, PipeNode pipe, ListNode list, ListNode? otherwise) : Node(pipe.Tree, pipe.Position)
{
    public BranchKind Kind { get; } = kind;

    public PipeNode Pipe { get; } = pipe;

    public ListNode List { get; } = list;

    public ListNode? Otherwise { get; } = otherwise;

    public override void Write(StringBuilder to)
    {
        Action(to, $"{(Kind == BranchKind.If ? "if" : Kind == BranchKind.With ? "with" : "range")} {Pipe}");
        List.Write(to);
        if (Otherwise is not null)
        {
            Action(to, "else");
            Otherwise.Write(to);
        }

        Action(to, "end");
    }
}

internal sealed class TemplateNode(Tree tree, int position, string name, PipeNode? pipe) : Node(tree, position)
{
    public string Name { get; } = name;

    public PipeNode? Pipe { get; } = pipe;

    public override void Write(StringBuilder to) =>
        Action(to, Pipe is null ? $"template {GoQuote.Quote(Name)}" : $"template {GoQuote.Quote(Name)} {Pipe}");
}
