namespace Plumb.Manifests.Cel.Syntax;

/// <summary>Which variables an expression reads from outside.</summary>
internal static class FreeNames
{
    public static void Collect(CelSyntax? syntax, IReadOnlyList<string> bound, IDictionary<string, int> found)
    {
        switch (syntax)
        {
            case NameSyntax name:
                if (name.Absolute || !bound.Contains(name.Name)) found.TryAdd(name.Name, name.Offset);
                break;
            case SelectSyntax select: Collect(select.Operand, bound, found); break;
            case IndexSyntax index:
                Collect(index.Operand, bound, found);
                Collect(index.Index, bound, found);
                break;
            case CallSyntax call: CollectAll(call.Arguments, bound, found); break;
            case LogicSyntax logic: CollectAll(logic.Terms, bound, found); break;
            case ConditionalSyntax conditional: CollectAll([conditional.Condition, conditional.Then, conditional.Else], bound, found); break;
            case ListSyntax list: CollectAll(list.Items.Select(i => i.Item), bound, found); break;
            case MapSyntax map: CollectAll(map.Entries.SelectMany(e => new[] { e.Key, e.Value }), bound, found); break;
            case MacroSyntax macro:
                Collect(macro.Range, bound, found);
                var inner = macro.Second is null ? (IReadOnlyList<string>)[.. bound, macro.Variable] : [.. bound, macro.Variable, macro.Second];
                Collect(macro.Filter, inner, found);
                Collect(macro.Body, inner, found);
                break;
            case BindSyntax bind:
                Collect(bind.Value, bound, found);
                Collect(bind.Body, [.. bound, bind.Name], found);
                break;
            case OptionalMapSyntax optional:
                Collect(optional.Operand, bound, found);
                Collect(optional.Body, [.. bound, optional.Name], found);
                break;
            default: break;
        }
    }

    private static void CollectAll(IEnumerable<CelSyntax> parts, IReadOnlyList<string> bound, IDictionary<string, int> found)
    {
        foreach (var part in parts) Collect(part, bound, found);
    }
}
