namespace Plumb.Manifests.Cel.Runtime;

/// <summary><c>a[b]</c>.</summary>
internal static class CelIndex
{
    private const string NoKey = "no such key: ";
    private const string OutOfBounds = "index out of bounds: ";

    /// <summary>The value, or null with the error as the result.</summary>
    public static CelValue Find(CelValue operand, CelValue key, out CelValue? value)
    {
        value = null;
        switch (operand.Type)
        {
            case CelType.List:
                if (WholeIndex(key) is not { } at) return CelValue.Fault($"unsupported index type '{CelTypeName.NameOf(key.Type)}' in list");
                if (at < 0 || at >= operand.List.Count) return CelValue.Fault(OutOfBounds + at);
                value = operand.List[(int)at];
                return default;
            case CelType.Map:
                if (operand.Map.TryGet(key, out var found))
                {
                    value = found;
                    return default;
                }

                return CelValue.Fault(NoKey + (key.AsString() ?? key.ToString()));
            default:
                return CelValue.Fault($"no such overload: {CelTypeName.NameOf(operand.Type)}[{CelTypeName.NameOf(key.Type)}]");
        }
    }

    /// <summary>Whether the error only says that nothing is there.</summary>
    public static bool IsMissing(CelValue fault) =>
        fault.Error is { } error && (error.Message.StartsWith(NoKey, StringComparison.Ordinal) || error.Message.StartsWith(OutOfBounds, StringComparison.Ordinal));

    private static long? WholeIndex(CelValue key) => key.Type switch
    {
        CelType.Int => key.Bits,
        CelType.Uint when key.Unsigned <= long.MaxValue => key.Bits,
        CelType.Double when key.Number == Math.Truncate(key.Number) && Math.Abs(key.Number) < 9e15 => (long)key.Number,
        _ => null,
    };
}
