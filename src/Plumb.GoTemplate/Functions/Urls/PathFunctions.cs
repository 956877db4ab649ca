using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Urls;

/// <summary>Sprig's functions over slash-separated paths: Go's <c>path</c>, and <c>path/filepath</c> as on Linux.</summary>
internal static class PathFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        .. Both("base", "osBase", static p => GoValue.From(Base(p))),
        .. Both("dir", "osDir", static p => GoValue.From(Dir(p))),
        .. Both("clean", "osClean", static p => GoValue.From(Clean(p))),
        .. Both("ext", "osExt", static p => GoValue.From(Extension(p))),
        .. Both("isAbs", "osIsAbs", static p => GoValue.From(p.StartsWith('/'))),
    ];

    /// <summary>Go's <c>path.Clean</c>.</summary>
    public static string Clean(string path)
    {
        if (path.Length == 0) return ".";
        var rooted = path[0] == '/';
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                if (parts.Count > 0 && parts[^1] != "..") parts.RemoveAt(parts.Count - 1);
                else if (!rooted) parts.Add(part);
                continue;
            }

            parts.Add(part);
        }

        var clean = string.Join('/', parts);
        return rooted ? "/" + clean : clean.Length == 0 ? "." : clean;
    }

    private static GoFunction[] Both(string name, string other, Func<string, GoValue> read) =>
        [new(name, [GoType.String], (_, a) => read(a[0].Text)), new(other, [GoType.String], (_, a) => read(a[0].Text))];

    private static string Base(string path)
    {
        if (path.Length == 0) return ".";
        path = path.TrimEnd('/');
        path = path[(path.LastIndexOf('/') + 1)..];
        return path.Length == 0 ? "/" : path;
    }

    private static string Dir(string path) => Clean(path[..(path.LastIndexOf('/') + 1)]);

    private static string Extension(string path)
    {
        var dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') ? path[dot..] : "";
    }
}
