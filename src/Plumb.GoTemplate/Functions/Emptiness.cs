using System.Runtime.CompilerServices;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions;

/// <summary>Sprig's <c>empty</c> and Go's <c>reflect.DeepEqual</c>.</summary>
internal static class Emptiness
{
    /// <summary>Whether a value is nil, false, zero or has nothing in it. Structs never are.</summary>
    public static bool IsEmpty(in GoValue value) => !value.IsTrue;

    /// <summary>Whether two values are the same in type and content.</summary>
    public static bool DeepEqual(Running.Execution run, in GoValue left, in GoValue right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Step();
        if (left.IsNil || right.IsNil) return left.IsNil && right.IsNil;
        if (left.Kind != right.Kind || left.Type!.Name != right.Type!.Name) return false;
        switch (left.Kind)
        {
            case GoKind.String:
                return left.Text == right.Text;
            case GoKind.Map:
                return Maps(run, left.Map, right.Map);
            case GoKind.Slice or GoKind.Array:
                return Lists(run, left.List, right.List);
            case GoKind.Struct or GoKind.Ptr:
                if (left.IsNilPointer || right.IsNilPointer) return left.IsNilPointer && right.IsNilPointer;
                return ReferenceEquals(left.Object, right.Object) || left.Object.IsEqualTo(right.Object);
            case GoKind.Float32 or GoKind.Float64:
                return left.Float == right.Float;
            case GoKind.Complex128:
                return left.Complex == right.Complex;
            case GoKind.Func:
                return false;
            default:
                return left.Int == right.Int;
        }
    }

    private static bool Maps(Running.Execution run, GoMap left, GoMap right)
    {
        if (left.IsNil != right.IsNil || left.Count != right.Count) return false;
        if (ReferenceEquals(left, right)) return true;
        foreach (var (key, value) in left.Entries)
        {
            if (!right.TryGet(key, out var other) || !DeepEqual(run, value, other)) return false;
        }

        return true;
    }

    private static bool Lists(Running.Execution run, GoList left, GoList right)
    {
        if (left.IsNil != right.IsNil || left.Count != right.Count) return false;
        if (ReferenceEquals(left, right)) return true;
        for (var i = 0; i < left.Count; i++)
        {
            if (!DeepEqual(run, left[i], right[i])) return false;
        }

        return true;
    }
}
