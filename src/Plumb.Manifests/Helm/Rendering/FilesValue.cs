using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Text;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary><c>.Files</c> (<c>pkg/engine/files.go</c>): a map of names to bytes with methods. Nothing outside the chart can be named.</summary>
internal static class FilesValue
{
    private static readonly GoType Type = GoType.Named(
        "engine.files",
        GoType.Map(GoType.ByteSlice),
        new GoFunction("Get", [GoType.Any, GoType.String], static (_, a) => GoValue.From(TextOf(a[0].Map[a[1].Text]))),
        new GoFunction("GetBytes", [GoType.Any, GoType.String], static (_, a) =>
            a[0].Map.TryGet(a[1].Text, out var data) ? data : GoValue.From(GoList.Of(ReadOnlyMemory<byte>.Empty))),
        new GoFunction("Glob", [GoType.Any, GoType.String], static (run, a) => Glob(a[0].Map, ((EngineState)run.Host!).Globs.Find(a[1].Text))),
        new GoFunction("AsConfig", [GoType.Any], static (run, a) => Flat(a[0].Map, run, static data => TextOf(data))),
        new GoFunction("AsSecrets", [GoType.Any], static (run, a) => Flat(a[0].Map, run, static data => Convert.ToBase64String(data.List.ToBytes()))),
        new GoFunction("Lines", [GoType.Any, GoType.String], static (_, a) => Lines(a[0].Map, a[1].Text)));

    public static GoValue Of(IReadOnlyList<ChartFile> files)
    {
        var map = new GoMap(Type, files.Count);
        foreach (var file in files) map.Set(file.Name, GoValue.From(file.Bytes));
        return GoValue.From(map);
    }

    private static GoValue Glob(GoMap files, FileGlob glob)
    {
        var found = new GoMap(Type);
        foreach (var (name, data) in files.Entries)
        {
            if (glob.Matches(name)) found.Set(name, data);
        }

        return GoValue.From(found);
    }

    private static GoValue Flat(GoMap files, GoTemplate.Running.Execution run, Func<GoValue, string> show)
    {
        var flat = new GoMap(GoType.StringMap, files.Count);
        foreach (var name in files.SortedKeys) flat.Set(name[(name.LastIndexOf('/') + 1)..], GoValue.From(show(files[name])));
        var text = GoYaml.Write(GoValue.From(flat)) ?? "";
        run.CheckString(text.Length);
        return GoValue.From(text);
    }

    private static GoValue Lines(GoMap files, string name)
    {
        if (!files.TryGet(name, out var data)) return GoValue.From(GoList.Of(Array.Empty<string>()));
        var text = TextOf(data);
        if (text.Length == 0) throw new GoError("runtime error: index out of range [-1]");
        if (text[^1] == '\n') text = text[..^1];
        return GoValue.From(GoList.Of(text.Split('\n')));
    }

    private static string TextOf(in GoValue data) => data.IsList ? data.List.ToText() : "";
}
