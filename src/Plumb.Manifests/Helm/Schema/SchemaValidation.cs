using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Charts;

namespace Plumb.Manifests.Helm.Schema;

/// <summary>Checks values against the schemas of a chart and of those in it (<c>pkg/chart/common/util/jsonschema.go</c>).</summary>
internal static class SchemaValidation
{
    /// <exception cref="HelmException">The values do not meet a schema.</exception>
    public static void Check(Chart chart, GoMap values, CancellationToken ct)
    {
        var faults = Faults(chart, values, ct);
        if (faults.Length == 0) return;
        throw new HelmException("values don't meet the specifications of the schema(s) in the following chart(s):\n" + faults);
    }

    private static string Faults(Chart chart, GoMap values, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var text = "";
        if (chart.Schema is { } schema && SchemaValidator.Check(schema, values, ct) is { } fault) text = $"{chart.Name}:\n{fault}";
        foreach (var below in chart.Dependencies)
        {
            if (!values.TryGet(below.Name, out var inner) || inner.IsNil) continue;
            text += inner.Kind == GoKind.Map
                ? Faults(below, inner.Map, ct)
                : $"{below.Name}:\ninvalid type for values: expected object (map), got {inner.Type!.Name}\n";
        }

        return text;
    }
}
