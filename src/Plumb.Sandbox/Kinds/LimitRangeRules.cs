using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Kinds;

/// <summary>LimitRange: defaults and checks of what it states. Source: Kubernetes <c>SetDefaults_LimitRangeItem</c>, <c>ValidateLimitRange</c>.</summary>
internal static class LimitRangeRules
{
    /// <summary>A container's default limit follows the maximum; its default request the default limit or else the minimum.</summary>
    public static void Default(KubeObject range)
    {
        foreach (var item in range.Root["spec"]["limits"].Maps())
        {
            if (item["type"].AsString() != "Container") continue;
            Fill(item, "default", item["max"]);
            Fill(item, "defaultRequest", item["default"]);
            Fill(item, "defaultRequest", item["min"]);
        }
    }

    public static void Validate(KubeObject range, Faults faults)
    {
        var i = 0;
        foreach (var item in range.Root["spec"]["limits"].Maps())
        {
            var at = $"spec.limits[{i++}]";
            var type = item["type"].Text();
            if (!type.Contains('/') && type is not ("Pod" or "Container" or "PersistentVolumeClaim"))
                faults.Invalid(at + ".type", type, "must be a standard limit type or fully qualified");
            if (type == "Pod")
            {
                foreach (var field in (ReadOnlySpan<string>)["default", "defaultRequest"])
                {
                    if (!item[field].IsEmpty()) faults.Forbidden($"{at}.{field}", "may not be specified when `type` is 'Pod'");
                }
            }

            foreach (var name in Names(item)) Compare(item, name, at, faults);
        }
    }

    private static void Compare(MapNode item, string name, string at, Faults faults)
    {
        Check("min", "max", "min value", "max value", "min", "min");
        Check("min", "defaultRequest", "min value", "default request value", "defaultRequest", "defaultRequest");
        Check("defaultRequest", "max", "default request value", "max value", "defaultRequest", "defaultRequest");
        Check("defaultRequest", "default", "default request value", "default limit value", "defaultRequest", "defaultRequest");
        Check("min", "default", "min value", "default value", "default", "min");
        Check("default", "max", "default value", "max value", "default", "max");

        void Check(string small, string large, string smallWords, string largeWords, string told, string shown)
        {
            if (Amounts.Parse(item[small][name]) is not { } less || Amounts.Parse(item[large][name]) is not { } more || less <= more) return;
            faults.InvalidPrinted($"{at}.{told}[{name}]", Quantity.Canonical(item[shown][name]) ?? "",
                $"{smallWords} {Quantity.Canonical(item[small][name])} is greater than {largeWords} {Quantity.Canonical(item[large][name])}");
        }
    }

    private static IEnumerable<string> Names(MapNode item) =>
        ((ReadOnlySpan<string>)["max", "min", "default", "defaultRequest"]).ToArray().SelectMany(f => item[f].Entries().Select(e => e.Key)).Distinct();

    private static void Fill(MapNode item, string field, Node from)
    {
        foreach (var (name, value) in from.Entries()) item.GetOrAddMap(field).Default(name, value);
    }
}
