using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions;

/// <summary>How Sprig makes text and numbers of anything: its own <c>strval</c>, and <c>spf13/cast</c> without its errors.</summary>
internal static class Casting
{
    /// <summary>Text: a string or bytes as they are, all else as <c>%v</c> prints it.</summary>
    public static string ToText(in GoValue value, Execution? run = null)
    {
        if (value.IsString) return value.Text;
        if (value.IsList && ReferenceEquals(value.List.Type.Element, GoType.Uint8)) return GoText.FromBytes(ToBytes(value.List));
        return GoFormat.Sprint(value, run);
    }

    public static byte[] ToBytes(GoList list)
    {
        if (list is GoByteList bytes) return bytes.Span.ToArray();
        var copy = new byte[list.Count];
        for (var i = 0; i < copy.Length; i++) copy[i] = (byte)list[i].Uint;
        return copy;
    }

    /// <summary>A whole number; what is none is 0. Fractions are cut off.</summary>
    public static long ToInt64(in GoValue value)
    {
        switch (value.Kind)
        {
            case GoKind.Bool:
                return value.Bool ? 1 : 0;
            case GoKind.Float32 or GoKind.Float64:
                return Truncate(value.Float);
            case GoKind.String:
                return GoNumber.ParseInt(TrimZeroDecimal(value.Text), 0, 64, out _) ?? 0;
            default:
                return (value.IsSigned || value.IsUnsigned) && IsPlain(value) ? value.Int : 0;
        }
    }

    /// <summary>A number; what is none is 0.</summary>
    public static double ToFloat64(in GoValue value)
    {
        switch (value.Kind)
        {
            case GoKind.Bool:
                return value.Bool ? 1 : 0;
            case GoKind.Float32 or GoKind.Float64:
                return value.Float;
            case GoKind.String:
                return GoNumber.ParseFloat(value.Text) ?? 0;
            default:
                if (!IsPlain(value)) return 0;
                return value.IsSigned ? value.Int : value.IsUnsigned ? value.Uint : 0;
        }
    }

    /// <summary>What Go's conversion makes of a number out of range on amd64: the smallest integer.</summary>
    public static long Truncate(double number) =>
        number is > -9223372036854775809.0 and < 9223372036854775808.0 ? (long)number : long.MinValue;

    // cast knows the plain types, and of named ones only months and weekdays
    private static bool IsPlain(in GoValue value) =>
        value.Type is { } type && (ReferenceEquals(type.Underlying, type) || type.Name is "time.Month" or "time.Weekday");

    // "1.00" is 1; "1.5" is no whole number
    private static string TrimZeroDecimal(string text)
    {
        var found = false;
        for (var i = text.Length; i > 0; i--)
        {
            switch (text[i - 1])
            {
                case '.':
                    if (found) return text[..(i - 1)];
                    break;
                case '0':
                    found = true;
                    break;
                default:
                    return text;
            }
        }

        return text;
    }
}
