using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm.Charts;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>Tells hooks from other manifests and puts both in the order of an installation (<c>pkg/release/v1/util</c>).</summary>
internal static class ManifestSorter
{
    private static readonly HashSet<string> Events = new(StringComparer.Ordinal)
    {
        "pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback", "test",
        "test-success",
    };

    /// <exception cref="HelmException">A document is no YAML, or no object.</exception>
    public static (List<HelmManifest> Manifests, List<HelmManifest> Hooks) Sort(
        Dictionary<string, string> files, HelmVersion helm, StringPool pool, HelmLog log, CancellationToken ct)
    {
        var manifests = new List<HelmManifest>();
        var hooks = new List<HelmManifest>();
        var paths = files.Keys.ToArray();
        Array.Sort(paths, GoText.Order);
        foreach (var path in paths)
        {
            ct.ThrowIfCancellationRequested();
            if (Engine.IsPartial(path) || string.IsNullOrWhiteSpace(files[path])) continue;
            foreach (var content in ManifestSplitter.Split(files[path])) Sort(path, content, manifests, hooks, pool, log);
        }

        var order = KindOrder.Of(helm);
        return (order.Sort(manifests), order.Sort(hooks));
    }

    private static void Sort(
        string path, string content, List<HelmManifest> manifests, List<HelmManifest> hooks, StringPool pool, HelmLog log)
    {
        var (document, kind, annotations) = Head(path, content, pool);
        if (annotations is null || !annotations.TryGetValue("helm.sh/hook", out var types))
        {
            manifests.Add(new HelmManifest(path, content, kind, document));
            return;
        }

        var events = new List<string>();
        foreach (var part in types.Split(','))
        {
            var type = part.Trim().ToLowerInvariant();
            if (!Events.Contains(type))
            {
                log.Info("skipping unknown hooks", ("hookTypes", types));
                return;
            }

            events.Add(type == "test-success" ? "test" : type);
        }

        hooks.Add(new HelmManifest(path, content, kind, document) { Events = events });
    }

    private static (Node Document, string Kind, SortedDictionary<string, string>? Annotations) Head(string path, string content, StringPool pool)
    {
        try
        {
            var document = YamlHead.Read(content, pool);
            var reader = new GoStruct();
            var kind = "";
            SortedDictionary<string, string>? annotations = null;
            if (document.AsMap() is not { } root)
            {
                foreach (var _ in reader.Fields(document, "", "util.SimpleHead"))
                {
                }
            }
            else
            {
                reader.Text(Member(root, "apiVersion"), "SimpleHead.apiVersion");
                kind = reader.Text(Member(root, "kind"), "SimpleHead.kind");
                var metadata = Member(root, "metadata");
                if (metadata.AsMap() is { } data)
                {
                    annotations = reader.Texts(Member(data, "annotations"), ".metadata.annotations");
                    reader.Text(Member(data, "name"), ".metadata.name");
                }
                else
                {
                    reader.Fields(metadata, "SimpleHead.metadata",
                        "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }");
                }
            }

            return reader.Fault is { } fault ? throw fault : (document, kind, annotations);
        }
        catch (GoError error)
        {
            throw new HelmException($"YAML parse error on {path}: {error.Message}", error) { WhileRendering = true };
        }
    }

    private static Node Member(MapNode map, string name)
    {
        var found = map[name];
        if (!found.IsAbsent) return found;
        foreach (var (key, value) in map)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return value;
        }

        return default;
    }
}
