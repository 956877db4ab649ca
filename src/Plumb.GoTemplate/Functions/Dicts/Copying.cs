using System.Runtime.CompilerServices;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Dicts;

/// <summary>Deep copies, as the library copystructure makes them.</summary>
internal static class Copying
{
    public static GoValue DeepCopy(Execution run, in GoValue value, string prefix)
    {
        if (value.IsNil) throw new GoError($"{prefix}reflect: call of reflect.Value.Type on zero Value");
        return Copy(run, value);
    }

    private static GoValue Copy(Execution run, in GoValue value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value.Kind)
        {
            case GoKind.Map when !value.Map.IsNil:
                run.CheckElements(value.Map.Count);
                var map = new GoMap(value.Map.Type, value.Map.Count);
                foreach (var (key, element) in value.Map.Entries) map.Set(key, Copy(run, element));
                return GoValue.From(map);
            case GoKind.Slice or GoKind.Array when !value.List.IsNil:
                run.CheckElements(value.List.Count);
                var elements = value.List.ToArray();
                for (var i = 0; i < elements.Length; i++) elements[i] = Copy(run, elements[i]);
                return GoValue.From(GoList.Of(value.List.Type, elements));
            default:
                return value;
        }
    }
}
