using Plumb.Manifests.Cel.Runtime;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Values that may be missing. <c>or</c> and <c>orValue</c> are cut short by the evaluator when the value is there.</summary>
internal static class OptionalFunctions
{
    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Global("optional.of", static (a, _) => a.Length == 1 ? CelValue.Optional(a[0]) : null),
        Global("optional.none", static (a, _) => a.Length == 0 ? CelValue.Optional(null) : null),
        Global("optional.ofNonZeroValue", static (a, _) => a.Length == 1 ? CelValue.Optional(IsZero(a[0]) ? null : a[0]) : null),
        Member("hasValue", static (a, _) => a.Are(CelType.Optional) ? CelValue.Of(a[0].Inner is not null) : null),
        Member("value", static (a, _) => a.Are(CelType.Optional) ? a[0].Inner ?? CelValue.Fault("optional.none() dereference") : null),
        Member("or", static (a, _) => a.Are(CelType.Optional, CelType.Optional) ? a[1] : null),
        Member("orValue", static (a, _) => a.Length == 2 && a[0].Type == CelType.Optional ? a[1] : null),
    ];

    private static bool IsZero(CelValue value) => value.Type switch
    {
        CelType.Null => true,
        CelType.Bool or CelType.Int or CelType.Uint or CelType.Duration => value.Bits == 0,
        CelType.Double => value.Number == 0,
        CelType.String => value.Text.Length == 0,
        CelType.Bytes => value.Octets.Length == 0,
        CelType.List => value.List.Count == 0,
        CelType.Map => value.Map.Count == 0,
        CelType.Optional => value.Inner is null,
        CelType.Timestamp => value.Moment.Total == 0,
        _ => false,
    };
}
