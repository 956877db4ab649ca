using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm.Text;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>Reads <c>Chart.yaml</c>, and <c>requirements.yaml</c> over it.</summary>
internal static class MetadataReader
{
    private const string Type = "v2.Metadata";

    /// <summary>Reads fields into <paramref name="to"/>; those that the text does not name stay as they are.</summary>
    /// <exception cref="GoError">The text is no YAML, or a field has a wrong type.</exception>
    public static void Read(ChartFile file, ChartMetadata to)
    {
        var root = YamlHead.Read(file.Text, file.Data.Span);
        var reader = new GoStruct();
        foreach (var (name, value) in reader.Fields(root, "", Type))
        {
            string Text(string before) => reader.Text(value, $"Metadata.{name}", before);
            switch (name)
            {
                case "name": to.Name = Text(to.Name); break;
                case "home": to.Home = Text(to.Home); break;
                case "sources": to.Sources = reader.List(value, "Metadata.sources", "[]string", (n, _) => reader.Text(n, "Metadata.sources")); break;
                case "version": to.Version = Exponent(file.Text, "version", value) ?? Text(to.Version); break;
                case "description": to.Description = Text(to.Description); break;
                case "keywords":
                    to.Keywords = reader.List(value, "Metadata.keywords", "[]string", (n, _) => reader.Text(n, "Metadata.keywords"));
                    break;
                case "maintainers":
                    to.Maintainers = reader.List(value, "Metadata.maintainers", "[]*v2.Maintainer", (n, _) => Maintainer(reader, n));
                    break;
                case "icon": to.Icon = Text(to.Icon); break;
                case "apiversion": to.ApiVersion = reader.Text(value, "Metadata.apiVersion", to.ApiVersion); break;
                case "condition": to.Condition = Text(to.Condition); break;
                case "tags": to.Tags = Text(to.Tags); break;
                case "appversion":
                    to.AppVersion = Exponent(file.Text, "appVersion", value) ?? reader.Text(value, "Metadata.appVersion", to.AppVersion);
                    break;
                case "deprecated": to.Deprecated = reader.Bool(value, "Metadata.deprecated", to.Deprecated); break;
                case "annotations": to.Annotations = reader.Texts(value, "Metadata.annotations") ?? to.Annotations; break;
                case "kubeversion": to.KubeVersion = reader.Text(value, "Metadata.kubeVersion", to.KubeVersion); break;
                case "dependencies" when !value.IsNullOrAbsent:
                    var before = to.Dependencies;
                    to.Dependencies = reader.List(value, "Metadata.dependencies", "[]*v2.Dependency",
                        (n, i) => Dependency(reader, n, before is not null && i < before.Count ? before[i] : null));
                    break;
                case "type": to.Type = Text(to.Type); break;
                default: break;
            }
        }

        if (reader.Fault is { } fault) throw fault;
    }

    /// <summary>
    /// A version that YAML takes for a large float without a fraction, such as a hash <c>72445e2</c>: documents hold it as an integer, while Go
    /// writes it with an exponent.
    /// </summary>
    private static string? Exponent(string text, string key, Node value)
    {
        if (value.Kind != NodeKind.Int || Math.Abs(value.AsInt()!.Value) < 1_000_000) return null;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(key, StringComparison.Ordinal) || !line[key.Length..].TrimStart().StartsWith(":", StringComparison.Ordinal)) continue;
            return line[key.Length..].IndexOfAny('.', 'e', 'E') >= 0 ? GoFloat.Format(value.AsInt()!.Value, 'g', -1) : null;
        }

        return null;
    }

    private static ChartMaintainer? Maintainer(GoStruct reader, Node node)
    {
        if (node.IsNullOrAbsent) return null;
        var maintainer = new ChartMaintainer();
        foreach (var (name, value) in reader.Fields(node, "Metadata.maintainers", "v2.Maintainer"))
        {
            switch (name)
            {
                case "name": maintainer.Name = reader.Text(value, "Maintainer.maintainers.name"); break;
                case "email": maintainer.Email = reader.Text(value, "Maintainer.maintainers.email"); break;
                case "url": maintainer.Url = reader.Text(value, "Maintainer.maintainers.url"); break;
                default: break;
            }
        }

        return maintainer;
    }

    private static ChartDependency? Dependency(GoStruct reader, Node node, ChartDependency? before)
    {
        if (node.IsNullOrAbsent) return null;
        var to = before ?? new ChartDependency();
        foreach (var (name, value) in reader.Fields(node, "Metadata.dependencies", "v2.Dependency"))
        {
            var where = $"Dependency.dependencies.{name}";
            switch (name)
            {
                case "name": to.Name = reader.Text(value, where, to.Name); break;
                case "version": to.Version = reader.Text(value, where, to.Version); break;
                case "repository": to.Repository = reader.Text(value, where, to.Repository); break;
                case "condition": to.Condition = reader.Text(value, where, to.Condition); break;
                case "tags": to.Tags = reader.List(value, where, "[]string", (n, _) => reader.Text(n, where)); break;
                case "enabled": to.Enabled = reader.Bool(value, where, to.Enabled); break;
                case "import-values": to.ImportValues = reader.List(value, where, "[]interface {}", (n, _) => GoYaml.FromNode(n)); break;
                case "alias": to.Alias = reader.Text(value, where, to.Alias); break;
                default: break;
            }
        }

        return to;
    }
}
