using System.Text;

namespace Plumb.Manifests.Kustomize.Resources;

/// <summary>Where a resource, or what changed it, comes from, as <c>buildMetadata</c> writes it into annotations.</summary>
/// <param name="Path">File or folder, relative to the build's root.</param>
/// <param name="Repo">Address of the repository, when it is another one.</param>
/// <param name="Ref">Its revision.</param>
/// <param name="ConfiguredIn">The kustomization, or the file of a plugin, that configured a generator or transformer.</param>
/// <param name="ApiVersion">Version of the plugin.</param>
/// <param name="Kind">Kind of the plugin.</param>
/// <param name="Name">Name of the plugin.</param>
/// <param name="Namespace">Namespace of the plugin.</param>
internal sealed record BuildOrigin(
    string Path = "", string Repo = "", string Ref = "", string ConfiguredIn = "",
    string ApiVersion = "", string Kind = "", string Name = "", string Namespace = "")
{
    /// <summary>Below a path of the current place.</summary>
    public BuildOrigin Append(string path) => this with { Path = Join(Path, path) };

    /// <summary>As YAML, as an annotation holds it.</summary>
    public string ToYaml() => Write(new StringBuilder(), "", "").ToString();

    /// <summary>Several as a list.</summary>
    public static string ToYaml(IEnumerable<BuildOrigin> origins)
    {
        var text = new StringBuilder();
        foreach (var origin in origins) origin.Write(text, "- ", "  ");
        return text.ToString();
    }

    private StringBuilder Write(StringBuilder text, string first, string indent)
    {
        var lead = first;
        void Field(string name, string value, string more = "")
        {
            if (value.Length == 0) return;
            text.Append(lead).Append(more).Append(name).Append(": ").Append(Scalar(value)).Append('\n');
            lead = indent;
        }

        Field("path", Path);
        Field("repo", Repo);
        Field("ref", Ref);
        Field("configuredIn", ConfiguredIn);
        if (Kind.Length > 0 || ApiVersion.Length > 0)
        {
            text.Append(lead).Append("configuredBy:\n");
            lead = indent;
            Field("apiVersion", ApiVersion, "  ");
            Field("kind", Kind, "  ");
            Field("name", Name, "  ");
            Field("namespace", Namespace, "  ");
        }

        if (text.Length == 0) text.Append("{}\n");
        return text;
    }

    private static string Scalar(string value)
    {
        var written = Yaml.YamlWriter.Write(value);
        return written.TrimEnd('\n');
    }

    /// <summary>Joins and cleans as Go's <c>filepath.Join</c>.</summary>
    public static string Join(string one, string two)
    {
        var parts = new List<string>();
        foreach (var part in (one + "/" + two).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part == ".." && parts.Count > 0 && parts[^1] != "..") parts.RemoveAt(parts.Count - 1);
            else parts.Add(part);
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }
}
