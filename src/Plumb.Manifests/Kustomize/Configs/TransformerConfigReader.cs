using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>
/// Reads a file of <c>configurations</c> as <c>sigs.k8s.io/yaml</c>'s <c>UnmarshalStrict</c> does: keys in any case, no unknown ones,
/// each value of its type. Messages name Go's types, as the original's do.
/// </summary>
internal sealed class TransformerConfigReader
{
    private const string Config = "TransformerConfig";

    private readonly string _file;

    private TransformerConfigReader(string file) => _file = file;

    /// <summary>The fields that a file adds, sorted; none for an empty one.</summary>
    /// <exception cref="KustomizeException">It is no such file.</exception>
    public static TransformerConfig Read(YamlNode? document, string file)
    {
        if (document is null or { IsNull: true }) return TransformerConfig.Empty;
        return new TransformerConfigReader(file).ReadConfig(document).Sorted();
    }

    private TransformerConfig ReadConfig(YamlNode document)
    {
        RefuseRepeats(document);
        if (document.Kind != YamlKind.Map)
            throw Decoding(document, $"cannot unmarshal {Json(document)} into Go value of type builtinconfig.{Config}");
        var config = TransformerConfig.Empty;
        foreach (var (name, key, value) in Fields(document))
        {
            config = name switch
            {
                "nameprefix" => config with { NamePrefix = ReadFields(Config, "namePrefix", value) },
                "namesuffix" => config with { NameSuffix = ReadFields(Config, "nameSuffix", value) },
                "namespace" => config with { Namespace = ReadFields(Config, "namespace", value) },
                "commonlabels" => config with { CommonLabels = ReadFields(Config, "commonLabels", value) },
                "labels" => config with { Labels = ReadFields(Config, "labels", value) },
                "templatelabels" => config with { TemplateLabels = ReadFields(Config, "templateLabels", value) },
                "commonannotations" => config with { CommonAnnotations = ReadFields(Config, "commonAnnotations", value) },
                "namereference" => config with { NameReference = ReadReferences(value) },
                "varreference" => config with { VarReference = ReadFields(Config, "varReference", value) },
                "images" => config with { Images = ReadFields(Config, "images", value) },
                "replicas" => config with { Replicas = ReadFields(Config, "replicas", value) },
                _ => throw Unknown(key),
            };
        }

        return config;
    }

    private List<NameBackReference> ReadReferences(YamlNode list)
    {
        const string Name = "NameBackReferences";
        var references = new List<NameBackReference>();
        foreach (var entry in Items(list, Config, "nameReference", "builtinconfig.nbrSlice", $"builtinconfig.{Name}"))
        {
            var (group, version, kind) = ("", "", "");
            List<FieldSpec> referrers = [];
            foreach (var (name, key, value) in Fields(entry))
            {
                switch (name)
                {
                    case "group": group = Text(value, Name, "nameReference.group"); break;
                    case "version": version = Text(value, Name, "nameReference.version"); break;
                    case "kind": kind = Text(value, Name, "nameReference.kind"); break;
                    case "fieldspecs": referrers = ReadFields(Name, "nameReference.fieldSpecs", value); break;
                    default: throw Unknown(key);
                }
            }

            references.Add(new NameBackReference(new Gvk(group, version, kind), referrers));
        }

        return references;
    }

    private List<FieldSpec> ReadFields(string owner, string path, YamlNode list)
    {
        const string Name = "FieldSpec";
        var fields = new List<FieldSpec>();
        foreach (var entry in Items(list, owner, path, "types.FsSlice", $"types.{Name}"))
        {
            var (group, version, kind, at, create) = ("", "", "", "", false);
            foreach (var (name, key, value) in Fields(entry))
            {
                switch (name)
                {
                    case "group": group = Text(value, Name, $"{path}.group"); break;
                    case "version": version = Text(value, Name, $"{path}.version"); break;
                    case "kind": kind = Text(value, Name, $"{path}.kind"); break;
                    case "path": at = Text(value, Name, $"{path}.path"); break;
                    case "create": create = Truth(value, Name, $"{path}.create"); break;
                    default: throw Unknown(key);
                }
            }

            fields.Add(new FieldSpec(new Gvk(group, version, kind), at, create));
        }

        return fields;
    }

    /// <summary>Entries of a list; those that are null are empty ones.</summary>
    private IEnumerable<YamlNode> Items(YamlNode list, string owner, string path, string listType, string itemType)
    {
        if (list.IsNull) yield break;
        if (list.Kind != YamlKind.List) throw Mismatch(list, owner, path, listType);
        foreach (var item in list.Content)
        {
            if (item.IsNull) yield return YamlNode.Map();
            else if (item.Kind == YamlKind.Map) yield return item;
            else throw Mismatch(item, owner, path, itemType);
        }
    }

    /// <summary>
    /// Keys in the order of JSON that Go made of a map, so that the first fault is the one that it reports; small ones, as Go takes
    /// them in any case; without those that are null.
    /// </summary>
    private static IEnumerable<(string Name, YamlNode Key, YamlNode Value)> Fields(YamlNode map)
    {
        var fields = new List<(string Name, YamlNode Key, YamlNode Value)>(map.Fields);
        for (var i = 0; i < map.Fields; i++)
            fields.Add((map.KeyAt(i).Value.ToLowerInvariant(), map.KeyAt(i), map.ValueAt(i)));
        return fields.OrderBy(f => f.Key.Value, StringComparer.Ordinal);
    }

    private string Text(YamlNode value, string owner, string path)
    {
        if (value.IsNull) return "";
        return Json(value) == "string" ? value.Value : throw Mismatch(value, owner, path, "string");
    }

    private bool Truth(YamlNode value, string owner, string path)
    {
        if (value.IsNull) return false;
        return Json(value) == "bool" ? YamlScalar.Resolve(value.Value, out _).AsBool() == true : throw Mismatch(value, owner, path, "bool");
    }

    /// <summary>What Go's decoder calls the JSON that a value becomes; plain scalars mean what YAML 1.1 says.</summary>
    private static string Json(YamlNode value)
    {
        if (value.Kind != YamlKind.Scalar) return value.Kind == YamlKind.Map ? "object" : "array";
        if (value.Form == ScalarForm.Quoted || (value.IsTagged && value.Tag == YamlNode.StringTag)) return "string";
        return YamlScalar.Resolve(value.Value, out _).Kind switch
        {
            NodeKind.Bool => "bool",
            NodeKind.String => "string",
            NodeKind.Null => "null",
            _ => "number",
        };
    }

    private void RefuseRepeats(YamlNode node)
    {
        if (node.Kind == YamlKind.Map)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < node.Fields; i++)
            {
                var key = node.KeyAt(i);
                if (seen.Add(key.Value)) continue;
                throw At(
                    key,
                    $"error converting YAML to JSON: yaml: unmarshal errors:\n  line {key.Line}: key \"{key.Value}\" already set in map");
            }
        }

        foreach (var inner in node.Content) RefuseRepeats(inner);
    }

    private KustomizeException Unknown(YamlNode key) => Decoding(key, $"unknown field \"{key.Value}\"");

    private KustomizeException Mismatch(YamlNode value, string owner, string path, string type) =>
        Decoding(value, $"cannot unmarshal {Json(value)} into Go struct field {owner}.{path} of type {type}");

    private KustomizeException Decoding(YamlNode at, string problem) =>
        At(at, $"error unmarshaling JSON: while decoding JSON: json: {problem}");

    private KustomizeException At(YamlNode at, string message) =>
        new(message, at.Line > 0 ? new Origin(_file, at.Line, at.Column) : new Origin(_file));
}
