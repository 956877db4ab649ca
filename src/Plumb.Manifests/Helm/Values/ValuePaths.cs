using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Values;

/// <summary>Dotted paths into values (<c>Values.Table</c>, <c>Values.PathValue</c>).</summary>
internal static class ValuePaths
{
    /// <summary>The map at a path, or null with the name of the part that is none.</summary>
    public static GoMap? Table(GoMap values, string path, out string missing)
    {
        missing = "";
        foreach (var part in path.Split('.'))
        {
            if (values[part] is not { Kind: GoKind.Map } next)
            {
                missing = part;
                return null;
            }

            values = next.Map;
        }

        return values;
    }

    /// <summary>What is at a path and is no map; nothing otherwise.</summary>
    public static bool TryGetValue(GoMap values, string path, out GoValue value)
    {
        value = default;
        var dot = path.LastIndexOf('.');
        var table = dot < 0 ? values : Table(values, path[..dot], out _);
        return table is not null && table.TryGet(path[(dot + 1)..], out value) && value.Kind != GoKind.Map;
    }
}
