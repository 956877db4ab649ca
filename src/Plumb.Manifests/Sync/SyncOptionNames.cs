namespace Plumb.Manifests.Sync;

/// <summary>Argo CD's sync options with the values that mean something.</summary>
internal static class SyncOptionNames
{
    private static readonly string[] Switch = ["true", "false"];
    private static readonly string[] AnyText = [];
    private static readonly string[] Permission = ["true", "false", "confirm"];

    private static readonly Dictionary<string, string[]> Values = new(StringComparer.Ordinal)
    {
        ["Prune"] = Permission,
        ["Delete"] = Permission,
        ["Validate"] = Switch,
        ["SkipDryRunOnMissingResource"] = Switch,
        ["ApplyOutOfSyncOnly"] = Switch,
        ["PrunePropagationPolicy"] = ["foreground", "background", "orphan"],
        ["PruneLast"] = Switch,
        ["Replace"] = Switch,
        ["Force"] = Switch,
        ["ServerSideApply"] = Switch,
        ["ClientSideApplyMigration"] = Switch,
        ["ClientSideApplyMigrationManager"] = AnyText,
        ["FailOnSharedResource"] = Switch,
        ["RespectIgnoreDifferences"] = Switch,
        ["CreateNamespace"] = Switch,
    };

    /// <summary>What is wrong with an option and what was probably meant, to follow its text; null when nothing is.</summary>
    public static string? Fault(string option)
    {
        var equals = option.IndexOf('=');
        var (name, value) = equals < 0 ? (option, "") : (option[..equals], option[(equals + 1)..]);
        if (!Values.TryGetValue(name, out var values))
        {
            var meant = Nearest(name, Values.Keys);
            return "is not known and is ignored" + (meant is null ? "" : $"; did you mean {meant}={(value.Length > 0 ? value : "true")}?");
        }

        return values == AnyText ? (value.Length > 0 ? null : $"is ignored: {name} needs a value") : values.Contains(value) ? null : $"is ignored: {name} can be {string.Join(", ", values)}";
    }

    /// <summary>The nearest name by edits, where it is near enough to have been meant.</summary>
    private static string? Nearest(string name, IEnumerable<string> names)
    {
        var near = names.Select(n => (Name: n, Edits: Distance(name.ToLowerInvariant(), n.ToLowerInvariant()))).MinBy(n => n.Edits);
        return near.Edits <= Math.Max(2, near.Name.Length / 3) && near.Edits < near.Name.Length ? near.Name : null;
    }

    private static int Distance(string a, string b)
    {
        if (a.Length > 64) return int.MaxValue;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
