using System.Runtime.CompilerServices;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Syntax;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Running;

/// <summary>How a statement ended: in order, or on the way out of a range.</summary>
internal enum Flow : byte
{
    On,
    Break,
    Continue,
}

/// <summary>A part of a template that writes.</summary>
internal abstract class Statement
{
    public abstract Flow Run(Execution run, in GoValue dot);
}

internal sealed class Sequence(Statement[] parts) : Statement
{
    public override Flow Run(Execution run, in GoValue dot)
    {
        foreach (var part in parts)
        {
            var flow = part.Run(run, dot);
            if (flow != Flow.On) return flow;
        }

        return Flow.On;
    }
}

internal sealed class WriteText(TextNode node) : Statement
{
    private readonly string _text = node.Text;

    public override Flow Run(Execution run, in GoValue dot)
    {
        run.Step();
        run.At = node;
        run.Out.Append(_text);
        return Flow.On;
    }
}

internal sealed class WriteValue(ActionNode node, Pipeline pipeline) : Statement
{
    public override Flow Run(Execution run, in GoValue dot)
    {
        run.Step();
        run.At = node;
        var value = pipeline.Evaluate(run, dot);
        run.At = node;
        if (!value.IsValid) run.Out.Append("<no value>");
        else if (value.Kind == GoKind.Func) throw run.Error($"can't print {node} of type {value.StaticType}");
        else if (value.IsNilPointer) run.Out.Append("<nil>");
        else GoFormat.Append(run.Out, value);
        return Flow.On;
    }
}

/// <summary>An action that declares or assigns and writes nothing.</summary>
internal sealed class Assign(ActionNode node, Pipeline pipeline) : Statement
{
    public override Flow Run(Execution run, in GoValue dot)
    {
        run.Step();
        run.At = node;
        pipeline.Evaluate(run, dot);
        return Flow.On;
    }
}

internal sealed class Leave(Flow how) : Statement
{
    public override Flow Run(Execution run, in GoValue dot) => how;
}

/// <summary><c>if</c> and <c>with</c>, which differ in what dot is inside.</summary>
internal sealed class Branch(BranchNode node, Pipeline pipeline, Statement then, Statement? otherwise) : Statement
{
    private readonly bool _with = node.Kind == BranchKind.With;

    public override Flow Run(Execution run, in GoValue dot)
    {
        run.Step();
        run.At = node;
        var value = pipeline.Evaluate(run, dot);
        if (value.IsTrue) return _with ? then.Run(run, value) : then.Run(run, dot);
        return otherwise is null ? Flow.On : otherwise.Run(run, dot);
    }
}

internal sealed class TemplateCall(TemplateNode node, Pipeline? pipeline) : Statement
{
    private volatile Found? _found;

    public override Flow Run(Execution run, in GoValue dot)
    {
        run.Step();
        run.At = node;
        var template = Find(run);
        var data = pipeline is null ? default : pipeline.Evaluate(run, dot);
        run.Call(template, data);
        return Flow.On;
    }

    private Template Find(Execution run)
    {
        var found = _found;
        if (found is not null && ReferenceEquals(found.Set, run.Set)) return found.Template;
        var template = run.Set.Find(node.Name) ?? throw run.Error($"template {GoQuote.Quote(node.Name)} not defined");
        if (run.Set.IsDerived) return template;
        _found = new Found(run.Set, template);
        return template;
    }

    private sealed record Found(TemplateSet Set, Template Template);
}

/// <summary><c>range</c> over lists, maps and integers.</summary>
internal sealed class Loop(BranchNode node, Pipeline pipeline, int[] slots, Statement body, Statement? otherwise) : Statement
{
    public override Flow Run(Execution run, in GoValue dot)
    {
        run.Step();
        run.At = node;
        var value = pipeline.Evaluate(run, dot);
        switch (value.Kind)
        {
            case GoKind.Slice or GoKind.Array:
                var list = value.List;
                if (list.Count == 0) break;
                return OverList(run, list);
            case GoKind.Map:
                var map = value.Map;
                if (map.Count == 0) break;
                return OverMap(run, map);
            case GoKind.Invalid or GoKind.Interface:
                break;
            case GoKind.Ptr when value.IsNilPointer:
                throw run.Error($"range can't iterate over {value}");
            case >= GoKind.Int and <= GoKind.Uint64:
                if (slots.Length > 1) throw run.Error($"can't use {value} to iterate over more than one variable");
                if (value.IsSigned ? value.Int <= 0 : value.Uint == 0) break;
                return OverIntegers(run, value);
            default:
                throw run.Error($"range can't iterate over {value}");
        }

        return otherwise is null ? Flow.On : otherwise.Run(run, dot);
    }

    private Flow OverList(Execution run, GoList list)
    {
        var count = list.Count;
        for (var i = 0; i < count; i++)
        {
            if (Once(run, GoValue.From(i), list.Element(i)) == Flow.Break) break;
        }

        return Flow.On;
    }

    private Flow OverMap(Execution run, GoMap map)
    {
        // Go takes keys and values before the first turn: what the body sets or unsets is not seen
        var keys = map.SortedKeys.ToArray();
        var values = new GoValue[keys.Length];
        for (var i = 0; i < keys.Length; i++) map.TryGetElement(keys[i], out values[i]);
        for (var i = 0; i < keys.Length; i++)
        {
            if (Once(run, GoValue.From(keys[i]), values[i]) == Flow.Break) break;
        }

        return Flow.On;
    }

    private Flow OverIntegers(Execution run, GoValue count)
    {
        var end = count.IsSigned ? (ulong)count.Int : count.Uint;
        for (ulong i = 0; i < end; i++)
        {
            var element = count.IsSigned ? GoValue.Signed(count.Kind, (long)i, Named(count)) : GoValue.Unsigned(count.Kind, i);
            if (Once(run, default, element) == Flow.Break) break;
        }

        return Flow.On;

        static GoType? Named(in GoValue value) => ReferenceEquals(value.Type!.Underlying, value.Type) ? null : value.Type;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Flow Once(Execution run, in GoValue index, in GoValue element)
    {
        run.Step();
        if (slots.Length == 1)
        {
            run.Stack[run.Frame + slots[0]] = element;
        }
        else if (slots.Length == 2)
        {
            run.Stack[run.Frame + slots[0]] = index;
            run.Stack[run.Frame + slots[1]] = element;
        }

        return body.Run(run, element);
    }
}
