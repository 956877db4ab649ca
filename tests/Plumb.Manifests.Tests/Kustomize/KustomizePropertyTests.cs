using CsCheck;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Generators;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Replacements;
using Plumb.Manifests.Kustomize.Selectors;
using static Plumb.Manifests.Tests.Fields.RandomDocuments;

namespace Plumb.Manifests.Tests.Kustomize;

/// <summary>Whatever is read from repositories, the pieces answer or refuse in words: they throw nothing but <see cref="KustomizeException"/>.</summary>
public sealed class KustomizePropertyTests
{
    private static readonly Gen<string> Key = Words(
        "a", "b", "name", "kind", "apiVersion", "metadata", "labels", "subjects", "containers", "image", "data", "<<", "", "1", "a/b");

    private static readonly Gen<YamlNode> Scalar = Gen.Select(
        Words("", "x", "1", "true", "null", "~", "nginx:1@sha256:q", "$(V)", "$", "a-b", "RoleBinding", "\n", "0x1F", "é$é", ".inf"),
        Words("", YamlNode.StringTag, YamlNode.NullTag, YamlTags.Int, YamlTags.Float, YamlTags.Bool, "!x"),
        Gen.Bool,
        (value, tag, isQuoted) => YamlNode.Scalar(value, tag, isQuoted ? ScalarForm.Quoted : ScalarForm.Plain));

    private static readonly Gen<YamlNode> Tree = Gen.Recursive<YamlNode>((depth, self) => depth > 3
        ? Scalar
        : Gen.OneOf(Scalar, MapOf(self), self.List[0, 3].Select(items =>
        {
            var list = YamlNode.List();
            list.Content.AddRange(items);
            return list;
        })));

    private static readonly Gen<string> Path = Gen.OneOf(
        Key, Words("[name=x]", "[=x]", "[=(]", "[", "]", "[]", "*", "-", "0", "1", "-1", "a[]", " ", "[a", "b]", @"a\", "%", "99999999999999999999"))
        .List[0, 4].Select(parts => string.Join('/', parts));

    private static readonly Gen<FieldSpec> Field = Gen.Select(
        Words("", "RoleBinding", "x"), Path, Gen.Bool, (kind, path, create) => new FieldSpec(kind, path, create));

    [Fact]
    public void Filters_AnswerOrRefuse() => Gen.Select(MapOf(Tree), Field.List[0, 3], Gen.Bool).Sample((resource, fields, isClusterScoped) =>
        AnswersOrRefuses(
            () => MapEntryFilter.Apply(resource, new Dictionary<string, string> { ["k"] = "v", [""] = "yes" }, fields),
            () => new NamespaceFilter("ns", fields, (_, _) => isClusterScoped) { UnsetOnly = isClusterScoped }.Apply(resource),
            () => fields.ForEach(f => NameFilter.Apply(resource, f, "p-", "-s")),
            () => fields.ForEach(f => ReplicaCountFilter.Apply(resource, f, 3)),
            () => new ImageTagFilter(new ImageChange("nginx", TagSuffix: "-x")).Apply(resource, fields),
            () => fields.ForEach(f => RefVarFilter.Apply(resource, f, Variables(resource, f.Path))),
            () => fields.ForEach(f => ValueAddFilter.Apply(resource, f.Path, "added", 1)),
            () => NodeText.Of(resource),
            () => ContentHash.Of(resource)));

    [Fact]
    public void Replacements_AnswerOrRefuse() => Gen.Select(
        MapOf(Tree), Path, Path, Words("", "-"), Gen.Int[-1, 3], Gen.Bool).Sample((resource, from, to, delimiter, index, create) =>
            AnswersOrRefuses(() => ReplacementTarget.Write(
                resource,
                ReplacementValue.Read(resource, from.Replace('/', '.'), new FieldOptions(delimiter, index), "S"),
                [to.Replace('/', '.')],
                new FieldOptions(delimiter, index, create))));

    [Fact]
    public void Readers_AnswerOrRefuse() => Gen.Select(Tree, Gen.String, Gen.Byte.Array[0, 40]).Sample((document, text, bytes) =>
        AnswersOrRefuses(
            () => TransformerConfigReader.Read(document, "c.yaml"),
            () => CrdConfigReader.Read(document, "c.yaml"),
            () => LabelSelector.Parse(text).MatchesLabels(document),
            () => new ResourcePatterns(new Gvk(text, "", ""), "", "").IsMatch(new Gvk("a", "b", "c")),
            () => new ImageTagFilter(new ImageChange(text)).IsMatch(text),
            () => ImageName.Parse(text).ToString(),
            () => new ObjectGenerator(_ => bytes).MakeConfigMap(new GeneratorArgs("x", new KeyValueSources { Envs = ["e"], Files = [text] })),
            () => new ObjectGenerator(_ => bytes).MakeSecret(new GeneratorArgs(text, new KeyValueSources { Literals = [text] }), text)));

    [Fact]
    public void Image_IsPutTogetherAsItWasCut() =>
        Words("a", "b", "/", ":", "@", "1").List[0, 8].Select(parts => string.Concat(parts)).Sample(image =>
        {
            var parts = ImageName.Parse(image);
            return parts.Name + (parts.Tag.Length > 0 ? ":" + parts.Tag : "") + (parts.Digest.Length > 0 ? "@" + parts.Digest : "") == parts.ToString()
                && image.StartsWith(parts.Name, StringComparison.Ordinal);
        });

    private static Gen<YamlNode> MapOf(Gen<YamlNode> values) => Gen.Select(Key, values).List[0, 4].Select(fields =>
    {
        var map = YamlNode.Map();
        foreach (var (key, value) in fields) map.Append(YamlNode.Text(key), value);
        return map;
    });

    private static VarExpansion Variables(YamlNode resource, string path) =>
        new(new Dictionary<string, VarValue> { ["V"] = VarValue.Read(resource, path.Replace('/', '.')) });

    private static bool AnswersOrRefuses(params Action[] steps)
    {
        foreach (var step in steps)
        {
            try
            {
                step();
            }
            catch (KustomizeException)
            {
            }
        }

        return true;
    }
}
