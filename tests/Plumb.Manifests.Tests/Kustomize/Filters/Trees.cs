using System.Text;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Yaml;

namespace Plumb.Manifests.Tests.Kustomize.Filters;

/// <summary>Trees from YAML and back, for tables of cases.</summary>
internal static class Trees
{
    public static YamlNode Read(string yaml) => ReadAll(yaml).ShouldHaveSingleItem();

    public static List<YamlNode> ReadAll(string yaml) =>
        new YamlNodeReader(YamlLimits.Default).ReadAll(Encoding.UTF8.GetBytes(yaml.TrimStart('\n')), "test.yaml");

    /// <summary>As the end of a build writes it: keys sorted, scalars as YAML 1.1 needs them.</summary>
    public static string Write(YamlNode node) => YamlWriter.Write(YamlNodeValue.ToNode(node));

    /// <summary>YAML written in another order or style is the same.</summary>
    public static void ShouldBeYaml(this YamlNode actual, string expected) => Write(actual).ShouldBe(Write(Read(expected)));
}
