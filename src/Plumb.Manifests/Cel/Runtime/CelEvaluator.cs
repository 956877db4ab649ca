using Plumb.Manifests.Cel.Functions;
using Plumb.Manifests.Cel.Syntax;

namespace Plumb.Manifests.Cel.Runtime;

/// <summary>A variable of a macro, over those around it.</summary>
internal sealed record CelScope(string Name, CelValue Value, CelScope? Outer);

/// <summary>Evaluates one expression once.</summary>
internal sealed class CelEvaluator(IReadOnlyDictionary<string, CelValue> variables, CelBudget budget)
{
    private CelError? _lastFault;

    /// <summary>Where the last error arose.</summary>
    public int FaultOffset { get; private set; }

    public CelValue Evaluate(CelSyntax syntax, CelScope? scope)
    {
        budget.Spend(1);
        var value = syntax switch
        {
            LiteralSyntax literal => literal.Value,
            NameSyntax name => Name(name, scope),
            SelectSyntax select => Select(select, scope),
            IndexSyntax index => Index(index, scope),
            CallSyntax call => Call(call, scope),
            LogicSyntax logic => Logic(logic, scope),
            ConditionalSyntax conditional => Conditional(conditional, scope),
            ListSyntax list => List(list, scope),
            MapSyntax map => Map(map, scope),
            MacroSyntax macro => Macro(macro, scope),
            BindSyntax bind => Bind(bind, scope),
            OptionalMapSyntax optional => OptionalMap(optional, scope),
            _ => throw new InvalidOperationException($"No rule evaluates {syntax.GetType().Name}."),
        };
        if (value.IsError && !ReferenceEquals(value.Error, _lastFault)) (_lastFault, FaultOffset) = (value.Error, syntax.Offset);
        return value;
    }

    private CelValue Name(NameSyntax name, CelScope? scope)
    {
        for (var at = name.Absolute ? null : scope; at is not null; at = at.Outer)
        {
            if (at.Name == name.Name) return at.Value;
        }

        return variables.TryGetValue(name.Name, out var value) ? value : CelValue.Fault($"no such variable: {name.Name}");
    }

    private CelValue Select(SelectSyntax select, CelScope? scope)
    {
        var operand = Evaluate(select.Operand, scope);
        if (operand.IsError) return operand;
        var key = CelValue.Of(select.Field);
        if (operand.Type == CelType.Optional)
        {
            if (operand.Inner is not { } inner) return select.Test ? CelValue.Of(false) : operand;
            if (inner.Type != CelType.Map) return NoField(inner);
            var there = inner.Map.TryGet(key, out var part);
            return select.Test ? CelValue.Of(there) : CelValue.Optional(there ? part : null);
        }

        if (operand.Type != CelType.Map) return NoField(operand);
        var found = operand.Map.TryGet(key, out var value);
        if (select.Test) return CelValue.Of(found);
        if (select.Optional) return CelValue.Optional(found ? value : null);
        return found ? value : CelValue.Fault($"no such key: {select.Field}");

        CelValue NoField(CelValue on) => CelValue.Fault($"type '{CelTypeName.NameOf(on.Type)}' does not support field selection: .{select.Field}");
    }

    private CelValue Index(IndexSyntax index, CelScope? scope)
    {
        var operand = Evaluate(index.Operand, scope);
        if (operand.IsError) return operand;
        var key = Evaluate(index.Index, scope);
        if (key.IsError) return key;
        if (operand.Type == CelType.Optional)
        {
            if (operand.Inner is not { } inner) return operand;
            return CelIndex.Find(inner, key, out var part) is { IsError: true } fault && !CelIndex.IsMissing(fault) ? fault : CelValue.Optional(part);
        }

        var found = CelIndex.Find(operand, key, out var value);
        if (!index.Optional) return value ?? found;
        return value is not null || CelIndex.IsMissing(found) ? CelValue.Optional(value) : found;
    }

    private CelValue Call(CallSyntax call, CelScope? scope)
    {
        var function = CelFunctions.Find(call.Function, call.Member)!;
        var arguments = new CelValue[call.Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Evaluate(call.Arguments[i], scope);
            if (arguments[i].IsError) return arguments[i];
            if (i == 0 && call.Arguments.Count == 2 && call.Member && call.Function is "or" or "orValue"
                && arguments[0] is { Type: CelType.Optional, Inner: { } inner })
            {
                return call.Function == "or" ? arguments[0] : inner;
            }
        }

        return function(arguments, budget) ?? NoOverload(call.Function, arguments);
    }

    private static CelValue NoOverload(string function, CelValue[] arguments)
    {
        var types = string.Join(", ", arguments.Select(a => CelTypeName.NameOf(a.Type)));
        var name = function.EndsWith('_') ? function[..^1] : function;
        return CelValue.Fault($"no such overload: {name}({types})");
    }

    /// <summary>The deciding value wins over errors on either side.</summary>
    private CelValue Logic(LogicSyntax logic, CelScope? scope)
    {
        CelValue? fault = null;
        var faultAt = 0;
        foreach (var term in logic.Terms)
        {
            var value = Evaluate(term, scope);
            if (value.AsBool() is { } flag)
            {
                if (flag != logic.And) return value;
                continue;
            }

            if (fault is not null) continue;
            fault = value.IsError ? value : CelValue.Fault($"no such overload: {(logic.And ? "&&" : "||")} of {CelTypeName.NameOf(value.Type)}");
            faultAt = value.IsError ? FaultOffset : term.Offset;
        }

        if (fault is not { } first) return CelValue.Of(logic.And);
        (_lastFault, FaultOffset) = (first.Error, faultAt);
        return first;
    }

    private CelValue Conditional(ConditionalSyntax conditional, CelScope? scope)
    {
        var condition = Evaluate(conditional.Condition, scope);
        if (condition.IsError) return condition;
        return condition.AsBool() is { } flag
            ? Evaluate(flag ? conditional.Then : conditional.Else, scope)
            : CelValue.Fault($"no such overload: condition of ?: is {CelTypeName.NameOf(condition.Type)}");
    }

    private CelValue List(ListSyntax list, CelScope? scope)
    {
        budget.Build(list.Items.Count);
        var items = new List<CelValue>(list.Items.Count);
        foreach (var (item, optional) in list.Items)
        {
            var value = Evaluate(item, scope);
            if (value.IsError) return value;
            if (!optional) items.Add(value);
            else if (value.Type != CelType.Optional) return NotOptional(value);
            else if (value.Inner is { } inner) items.Add(inner);
        }

        return CelValue.Of(items);
    }

    private CelValue Map(MapSyntax map, CelScope? scope)
    {
        budget.Build(map.Entries.Count);
        var made = new ValueMap();
        foreach (var (keySyntax, valueSyntax, optional) in map.Entries)
        {
            var key = Evaluate(keySyntax, scope);
            if (key.IsError) return key;
            var value = Evaluate(valueSyntax, scope);
            if (value.IsError) return value;
            if (optional)
            {
                if (value.Type != CelType.Optional) return NotOptional(value);
                if (value.Inner is not { } inner) continue;
                value = inner;
            }

            if (AddEntry(made, key, value) is { } fault) return fault;
        }

        return CelValue.Of(made);
    }

    private static CelValue NotOptional(CelValue value) =>
        CelValue.Fault($"an entry marked with ? must be optional; this is {CelTypeName.NameOf(value.Type)}");

    private static CelValue? AddEntry(ValueMap map, CelValue key, CelValue value)
    {
        if (key.Type is not (CelType.Bool or CelType.Int or CelType.Uint or CelType.String))
        {
            return CelValue.Fault($"unsupported key type: {CelTypeName.NameOf(key.Type)}");
        }

        return map.TryAdd(key, value) ? null : CelValue.Fault($"repeated key: {key}");
    }

    private CelValue Bind(BindSyntax bind, CelScope? scope)
    {
        var value = Evaluate(bind.Value, scope);
        return value.IsError ? value : Evaluate(bind.Body, new CelScope(bind.Name, value, scope));
    }

    private CelValue OptionalMap(OptionalMapSyntax optional, CelScope? scope)
    {
        var operand = Evaluate(optional.Operand, scope);
        if (operand.IsError) return operand;
        if (operand.Type != CelType.Optional) return CelValue.Fault($"no such overload: optMap of {CelTypeName.NameOf(operand.Type)}");
        if (operand.Inner is not { } inner) return operand;
        var value = Evaluate(optional.Body, new CelScope(optional.Name, inner, scope));
        if (value.IsError || optional.Flat) return value.IsError || value.Type == CelType.Optional ? value : NotOptional(value);
        return CelValue.Optional(value);
    }

    private CelValue Macro(MacroSyntax macro, CelScope? scope)
    {
        var range = Evaluate(macro.Range, scope);
        if (range.IsError) return range;
        if (range.Type is not (CelType.List or CelType.Map))
        {
            return CelValue.Fault($"macro {macro.Kind} needs a list or map; this is {CelTypeName.NameOf(range.Type)}");
        }

        CelValue? fault = null;
        var faultAt = 0;
        var matches = 0;
        var items = new List<CelValue>();
        var map = new ValueMap();
        foreach (var (first, second) in Turns(range))
        {
            budget.Spend(1);
            var inner = new CelScope(macro.Variable, macro.Second is null && range.Type == CelType.List ? second : first, scope);
            if (macro.Second is not null) inner = new CelScope(macro.Second, second, inner);
            if (macro.Filter is not null)
            {
                var wanted = Evaluate(macro.Filter, inner);
                if (wanted.IsError) return wanted;
                if (wanted.AsBool() is not { } take) return NotBool(macro, wanted);
                if (!take) continue;
            }

            var value = Evaluate(macro.Body, inner);
            switch (macro.Kind)
            {
                case MacroKind.All or MacroKind.Exists:
                    if (value.AsBool() is { } flag)
                    {
                        if (flag == (macro.Kind == MacroKind.Exists)) return value;
                    }
                    else if (fault is null)
                    {
                        fault = value.IsError ? value : NotBool(macro, value);
                        faultAt = FaultOffset;
                    }

                    break;
                case var _ when value.IsError: return value;
                case MacroKind.ExistsOne or MacroKind.Filter:
                    if (value.AsBool() is not { } matched) return NotBool(macro, value);
                    if (!matched) break;
                    matches++;
                    if (macro.Kind == MacroKind.Filter) items.Add(inner.Value);
                    break;
                case MacroKind.TransformMap:
                    map.TryAdd(first, value);
                    break;
                case MacroKind.TransformMapEntry:
                    if (AddEntries(map, value) is { } wrong) return wrong;
                    break;
                default:
                    items.Add(value);
                    break;
            }
        }

        if (fault is { } failed)
        {
            (_lastFault, FaultOffset) = (failed.Error, faultAt);
            return failed;
        }

        budget.Build(items.Count + map.Count);
        return macro.Kind switch
        {
            MacroKind.All => CelValue.Of(true),
            MacroKind.Exists => CelValue.Of(false),
            MacroKind.ExistsOne => CelValue.Of(matches == 1),
            MacroKind.TransformMap or MacroKind.TransformMapEntry => CelValue.Of(map),
            _ => CelValue.Of(items),
        };
    }

    private static CelValue? AddEntries(ValueMap map, CelValue value)
    {
        if (value.Type != CelType.Map) return CelValue.Fault($"transformMapEntry must give a map; this is {CelTypeName.NameOf(value.Type)}");
        foreach (var key in value.Map.Keys)
        {
            value.Map.TryGet(key, out var item);
            if (AddEntry(map, key, item) is { } fault) return fault;
        }

        return null;
    }

    private static CelValue NotBool(MacroSyntax macro, CelValue value) =>
        CelValue.Fault($"no such overload: condition of {macro.Kind} is {CelTypeName.NameOf(value.Type)}");

    private static IEnumerable<(CelValue First, CelValue Second)> Turns(CelValue range)
    {
        if (range.Type == CelType.List)
        {
            for (var i = 0; i < range.List.Count; i++) yield return (CelValue.Of(i), range.List[i]);
            yield break;
        }

        foreach (var key in range.Map.Keys)
        {
            range.Map.TryGet(key, out var value);
            yield return (key, value);
        }
    }
}
