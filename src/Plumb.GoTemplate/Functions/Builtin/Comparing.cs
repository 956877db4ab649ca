using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Builtin;

/// <summary>
/// Go's <c>eq</c>, <c>lt</c> and <c>le</c>: integers compare whatever their sign's type, other kinds only with their own.
/// </summary>
internal static class Comparing
{
    private const string BadType = "invalid type for comparison";
    private const string Bad = "incompatible types for comparison";

    private enum Basic
    {
        None,
        Bool,
        Complex,
        Int,
        Float,
        String,
        Uint,
    }

    /// <summary>Whether the first equals any of the others.</summary>
    public static bool Equal(ReadOnlySpan<GoValue> arguments)
    {
        if (arguments.Length < 2) throw new GoError("missing argument for comparison");
        var left = arguments[0].WithoutInterface();
        foreach (var right in arguments[1..])
        {
            if (Equal(left, right.WithoutInterface())) return true;
        }

        return false;
    }

    public static bool LessOrEqual(ReadOnlySpan<GoValue> arguments) => Less(arguments[0], arguments[1]) || Equal(arguments);

    public static bool Less(in GoValue left, in GoValue right)
    {
        var kind = Of(left);
        if (kind == Basic.None) throw new GoError(BadType);
        var other = Of(right);
        if (other == Basic.None) throw new GoError(BadType);
        return (kind, other) switch
        {
            (Basic.Int, Basic.Uint) => left.Int < 0 || (ulong)left.Int < right.Uint,
            (Basic.Uint, Basic.Int) => right.Int >= 0 && left.Uint < (ulong)right.Int,
            _ when kind != other => throw new GoError($"{Bad}: {left.Type} and {right.Type}"),
            (Basic.Float, _) => left.Float < right.Float,
            (Basic.Int, _) => left.Int < right.Int,
            (Basic.Uint, _) => left.Uint < right.Uint,
            (Basic.String, _) => GoText.Compare(left.Text, right.Text) < 0,
            _ => throw new GoError(BadType),
        };
    }

    private static bool Equal(in GoValue left, in GoValue right)
    {
        var kind = Of(left);
        var other = Of(right);
        if (kind != other)
        {
            if (kind == Basic.Int && other == Basic.Uint) return left.Int >= 0 && (ulong)left.Int == right.Uint;
            if (kind == Basic.Uint && other == Basic.Int) return right.Int >= 0 && left.Uint == (ulong)right.Int;
            if (left.IsValid && right.IsValid) throw new GoError($"{Bad}: {left.Type} and {right.Type}");
            return false;
        }

        switch (kind)
        {
            case Basic.Bool: return left.Bool == right.Bool;
            case Basic.Complex: return left.Complex == right.Complex;
            case Basic.Float: return left.Float == right.Float;
            case Basic.Int: return left.Int == right.Int;
            case Basic.Uint: return left.Uint == right.Uint;
            case Basic.String: return left.Text == right.Text;
        }

        if (left.Kind != right.Kind && left.IsValid && right.IsValid)
        {
            throw new GoError(GoFormat.Sprintf("non-comparable types %s: ", [left]) + $"{Type(left)}, {Type(right)}: {right}");
        }

        if (IsNil(left) || IsNil(right)) return IsNil(left) == IsNil(right);
        if (right.Kind is GoKind.Map or GoKind.Slice or GoKind.Func)
        {
            throw new GoError(GoFormat.Sprintf("non-comparable type %s: ", [right]) + Type(right));
        }

        if (left.Kind is GoKind.Struct or GoKind.Ptr)
        {
            return ReferenceEquals(left.Object, right.Object) || left.Object.IsEqualTo(right.Object);
        }

        throw new GoError(GoFormat.Sprintf("non-comparable type %s: ", [left]) + Type(left));
    }

    private static string Type(in GoValue value) => value.Type?.Name ?? "<nil>";

    private static bool IsNil(in GoValue value) => value.Kind switch
    {
        GoKind.Invalid or GoKind.Interface => true,
        GoKind.Map => value.Map.IsNil,
        GoKind.Slice => value.List.IsNil,
        GoKind.Ptr => value.IsNilPointer,
        _ => false,
    };

    private static Basic Of(in GoValue value) => value.Kind switch
    {
        GoKind.Bool => Basic.Bool,
        >= GoKind.Int and <= GoKind.Int64 => Basic.Int,
        >= GoKind.Uint and <= GoKind.Uint64 => Basic.Uint,
        GoKind.Float32 or GoKind.Float64 => Basic.Float,
        GoKind.Complex128 => Basic.Complex,
        GoKind.String => Basic.String,
        _ => Basic.None,
    };
}
