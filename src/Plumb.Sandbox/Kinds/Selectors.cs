using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Kinds;

/// <summary>Label selectors.</summary>
internal static class Selectors
{
    /// <summary>Whether a <c>LabelSelector</c> selects these labels. A missing selector selects nothing, an empty one everything.</summary>
    public static bool Matches(Node selector, MapNode? labels)
    {
        if (selector.AsMap() is not { } map) return false;
        foreach (var (key, value) in map["matchLabels"].Entries())
        {
            if (labels is null || labels[key] != value) return false;
        }

        foreach (var expression in map["matchExpressions"].Maps())
        {
            var has = labels?.ContainsKey(expression["key"].Text()) ?? false;
            var among = has && expression["values"].Texts().Contains(labels![expression["key"].Text()].Text(), StringComparer.Ordinal);
            var holds = expression["operator"].Text() switch
            {
                "In" => among,
                "NotIn" => !among,
                "Exists" => has,
                "DoesNotExist" => !has,
                _ => false,
            };
            if (!holds) return false;
        }

        return true;
    }

    /// <summary>Whether a plain map selector (Service, ReplicationController) selects these labels. An empty one selects nothing.</summary>
    public static bool MatchesMap(Node selector, MapNode? labels)
    {
        if (selector.IsEmpty()) return false;
        foreach (var (key, value) in selector.Entries())
        {
            if (labels is null || labels[key] != value) return false;
        }

        return true;
    }

    /// <summary>Checks syntax.</summary>
    public static void Validate(Node selector, string field, Faults faults)
    {
        foreach (var (key, value) in selector["matchLabels"].Entries())
        {
            faults.Invalid(field + ".matchLabels", key, Formats.QualifiedName(key));
            faults.Invalid(field + ".matchLabels", value.Text(), Formats.LabelValue(value.Text()));
        }

        var i = 0;
        foreach (var expression in selector["matchExpressions"].Maps())
        {
            var at = $"{field}.matchExpressions[{i++}]";
            switch (expression["operator"].Text())
            {
                case "In" or "NotIn" when expression["values"].IsEmpty():
                    faults.Required(at + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
                    break;
                case "Exists" or "DoesNotExist" when !expression["values"].IsEmpty():
                    faults.Forbidden(at + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    break;
                case "In" or "NotIn" or "Exists" or "DoesNotExist":
                    break;
                default:
                    faults.Invalid(at + ".operator", expression["operator"].Text(), "not a valid selector operator");
                    break;
            }

            faults.Invalid(at + ".key", expression["key"].Text(), Formats.QualifiedName(expression["key"].Text()));
        }
    }

    /// <summary>A <c>LabelSelector</c> printed as Go prints it in "field is immutable" messages.</summary>
    public static string Print(Node selector)
    {
        if (selector.AsMap() is null) return "null";
        var labels = string.Join(", ", selector["matchLabels"].Entries().OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(e => $"\"{e.Key}\":\"{e.Value.Text()}\""));
        var matchLabels = selector["matchLabels"].AsMap() is null ? "map[string]string(nil)" : $"map[string]string{{{labels}}}";
        var expressions = selector["matchExpressions"].AsList() is null
            ? "[]v1.LabelSelectorRequirement(nil)"
            : "[]v1.LabelSelectorRequirement{" + string.Join(", ", selector["matchExpressions"].Maps().Select(PrintExpression)) + "}";
        return $"v1.LabelSelector{{MatchLabels:{matchLabels}, MatchExpressions:{expressions}}}";
    }

    private static string PrintExpression(MapNode expression)
    {
        var values = expression["values"].AsList() is null
            ? "[]string(nil)"
            : "[]string{" + string.Join(", ", expression["values"].Texts().Select(v => $"\"{v}\"")) + "}";
        return $"v1.LabelSelectorRequirement{{Key:\"{expression["key"].Text()}\", Operator:\"{expression["operator"].Text()}\", Values:{values}}}";
    }
}
