using System.Globalization;
using System.Text.RegularExpressions;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>
/// The value of a variable of <c>vars</c>.
/// </summary>
/// <param name="Tag">What it is where it stands alone; empty when it is a map or a list, which is never put in.</param>
/// <param name="Whole">Its text where it stands alone.</param>
/// <param name="Inline">Its text amid other text.</param>
internal readonly partial record struct VarValue(string Tag, string Whole, string Inline)
{
    /// <summary>Text.</summary>
    public VarValue(string text)
        : this(YamlNode.StringTag, text, text)
    {
    }

    /// <summary>A map or a list.</summary>
    public static VarValue Complex { get; } = new("", "", "");

    /// <summary>
    /// Reads a field of an object (<c>RNode.GetFieldValue</c>): keys are parted by dots, <c>ports[0]</c> and <c>ports.0</c> name the first
    /// item, <c>[name=x]</c> the first that has it.
    /// </summary>
    /// <exception cref="KustomizeException">There is no such field, or a number is none that Go reads.</exception>
    public static VarValue Read(YamlNode resource, string path)
    {
        var node = NodeLookup.Find(resource, FieldPath.SplitKeepingBrackets(path, '.').SelectMany(Places));
        if (node is null) throw new KustomizeException($"no field named '{path}'");
        if (node.Kind != YamlKind.Scalar) return Complex;
        switch (node.Tag)
        {
            case YamlTags.Int:
                var number = long.TryParse(node.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                    ? whole.ToString(CultureInfo.InvariantCulture)
                    : throw Unreadable("Atoi", node.Value);
                return new VarValue(YamlTags.Int, number, number);
            case YamlTags.Float:
                if (YamlTags.Resolve(node.Value, out _).AsDouble() is not { } real) throw Unreadable("ParseFloat", node.Value);
                return new VarValue(YamlTags.Float, GoFloat.Plain(real), GoFloat.Shortest(real));
            case YamlTags.Bool:
                var truth = node.Value.StartsWith("t", StringComparison.OrdinalIgnoreCase) ? "true" : "false";
                return new VarValue(YamlTags.Bool, truth, truth);
            default: return new VarValue(node.Value);
        }
    }

    private static KustomizeException Unreadable(string function, string text) =>
        new($"strconv.{function}: parsing {GoJson.Quote(text)}: invalid syntax");

    private static IEnumerable<string> Places(string part)
    {
        if (Place().Match(part) is not { Success: true } match) return [part];
        return match.Groups[1].Length > 0 ? [match.Groups[1].Value, match.Groups[2].Value] : [match.Groups[2].Value];
    }

    [GeneratedRegex(@"^(.*)\[([0-9]+)\]$", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
