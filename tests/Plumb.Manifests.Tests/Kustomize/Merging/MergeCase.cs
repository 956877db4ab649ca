using System.Text;
using Plumb.Manifests.Kustomize.Merging;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Yaml;

namespace Plumb.Manifests.Tests.Kustomize.Merging;

/// <summary>
/// A case of the tables beside this file: <c>== name [marks]</c>, the target, <c>-- patch</c>, then <c>-- result</c>, <c>-- gone</c> or
/// <c>-- refused</c>. Marks: <c>[target first]</c> the target's items lead, <c>[infer]</c> lists without a schema are merged by name.
/// </summary>
internal sealed record MergeCase(string Name, string Target, string Patch, string Outcome, string Expected)
{
    public MergeOptions Options => new(
        Name.Contains("[target first]", StringComparison.Ordinal) ? ListOrder.TargetFirst : ListOrder.PatchFirst,
        Name.Contains("[infer]", StringComparison.Ordinal));

    public static IReadOnlyList<MergeCase> ReadAll(string table)
    {
        var cases = new List<MergeCase>();
        foreach (var text in ("\n" + table).Split("\n== ").Skip(1))
        {
            var lines = text.Split('\n');
            var parts = new Dictionary<string, StringBuilder> { [""] = new() };
            var current = parts[""];
            var outcome = "";
            foreach (var line in lines.Skip(1))
            {
                if (line.StartsWith("-- ", StringComparison.Ordinal)) parts[outcome = line[3..]] = current = new StringBuilder();
                else current.Append(line).Append('\n');
            }

            cases.Add(new MergeCase(lines[0], parts[""].ToString(), parts["patch"].ToString(), outcome, parts[outcome].ToString().Trim('\n')));
        }

        return cases;
    }

    public static YamlNode Read(string yaml) => new YamlNodeReader(YamlLimits.Default).ReadOne(Encoding.UTF8.GetBytes(yaml), "case.yaml")!;

    public static string Write(YamlNode node) => YamlWriter.Write(YamlNodeValue.ToNode(node)).TrimEnd('\n');
}
