using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Helm.Text;

/// <summary>
/// YAML as Helm's template functions write and read it: sigs.k8s.io/yaml, which goes through JSON both ways, so that numbers are
/// <c>float64</c> when read and whole ones have no fraction when written.
/// </summary>
public static partial class GoYaml
{
    private const int MaxDepth = 1000;

    /// <summary>A value as YAML without the final line feed; null when it cannot be written.</summary>
    public static string? Write(in GoValue value, Execution? run = null)
    {
        if (ToNode(run, value, viaJson: true, 0) is not { } node) return null;
        return Emit(node, three: false);
    }

    /// <summary>A value as <c>toYamlPretty</c> writes it: go-yaml v3 with an indent of two, not through JSON.</summary>
    public static string? WritePretty(in GoValue value, Execution? run = null)
    {
        if (ToNode(run, value, viaJson: false, 0) is not { } node) return null;
        return Emit(node, three: true);
    }

    /// <summary>The first document of a text, numbers being <c>float64</c>.</summary>
    /// <exception cref="GoError">It is no YAML: <c>error converting YAML to JSON: yaml: …</c>.</exception>
    public static GoValue Read(string text)
    {
        var faults = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(text, "", faults);
        if (documents.Count == 0 && faults.Count > 0) throw new GoError($"error converting YAML to JSON: yaml: {Reason(faults[0])}");
        return documents.Count == 0 ? default : FromNode(documents[0].Value);
    }

    /// <summary>What templates see of a document read elsewhere, such as a chart's values.</summary>
    public static GoValue FromNode(Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Bool: return GoValue.From(node.AsBool()!.Value);
            case NodeKind.String: return GoValue.From(node.AsString());
            case NodeKind.Int: return GoValue.From((double)node.AsInt()!.Value);
            case NodeKind.Float: return GoValue.From(node.AsDouble()!.Value);
            case NodeKind.BigInt: return GoValue.From(double.Parse(node.AsBigInt()!, CultureInfo.InvariantCulture));
            case NodeKind.List:
                var list = node.AsList()!;
                var values = new GoValue[list.Count];
                for (var i = 0; i < values.Length; i++) values[i] = FromNode(list[i]);
                return GoValue.From(GoList.Of(values));
            case NodeKind.Map:
                var from = node.AsMap()!;
                var map = new GoMap(from.Count);
                for (var i = 0; i < from.Count; i++) map.Set(from.EntryAt(i).Key, FromNode(from.EntryAt(i).Value));
                return GoValue.From(map);
            default: return default;
        }
    }

    /// <summary>Go's words for a fault, of which the reader's own are a friendlier telling; Go names a line but the first.</summary>
    private static string Reason(Diagnostic fault)
    {
        const string Friendly = "this is not YAML: ";
        var reason = fault.Message;
        if (reason.StartsWith(Friendly, StringComparison.Ordinal)) reason = reason[Friendly.Length..];
        var remedy = reason.IndexOf(". ", StringComparison.Ordinal);
        if (remedy > 0) reason = reason[..remedy];
        if (reason.StartsWith("while ", StringComparison.Ordinal) && reason.IndexOf(", ", StringComparison.Ordinal) is var comma and > 0)
        {
            reason = reason[(comma + 2)..];
        }

        if (reason.StartsWith("control character", StringComparison.Ordinal)) return "control characters are not allowed";
        if (reason.StartsWith("find ", StringComparison.Ordinal)) reason = "found" + reason[4..];
        if (reason.StartsWith("find", StringComparison.Ordinal)) reason = "found" + reason[4..];
        reason = reason.Replace("intendation", "indentation", StringComparison.Ordinal)
            .Replace("uknown", "unknown", StringComparison.Ordinal);
        if (UnknownAnchor().Match(reason) is { Success: true } anchor) reason = $"unknown anchor '{anchor.Groups[1].Value}' referenced";
        if (WrongTag().Match(reason) is { Success: true } tag) reason =
            $"cannot decode !!str `{tag.Groups[1].Value}` as a {tag.Groups[2].Value}";
        if (reason.StartsWith("found a tab character", StringComparison.Ordinal))
        {
            return $"line {fault.Origin.Line + 1}: found a tab character that violates indentation";
        }

        var isParser = reason.StartsWith("did not find expected", StringComparison.Ordinal);
        var line = fault.Origin.Line - (isParser ? 1 : 0);
        return fault.Origin.Line > 1 && line > 0 ? $"line {line}: {reason}" : reason;
    }

    private static string Emit(Node node, bool three)
    {
        var to = new StringBuilder(256);
        new YamlEmitter(to, three, exact: true).Document(node);
        if (to.Length > 0 && to[^1] == '\n') to.Length--;
        return to.ToString();
    }

    private static Node? ToNode(Execution? run, in GoValue value, bool viaJson, int depth)
    {
        // a list or map costs more here than in a template
        run?.CheckElements(value.Kind is GoKind.Map or GoKind.Slice ? 4 : 1);
        if (depth > MaxDepth) throw new GoError("a value is nested too deeply for YAML");
        switch (value.Kind)
        {
            case GoKind.Bool: return value.Bool;
            case GoKind.String: return Text(value.Text, viaJson);
            case GoKind.Float32 or GoKind.Float64: return viaJson ? Float(value.Float) : value.Float;
            case GoKind.Map when value.Map.IsNil && viaJson: return Node.Null;
            case GoKind.Map: return Map(run, value.Map, viaJson, depth);
            case GoKind.Slice or GoKind.Array when value.List.IsNil && viaJson: return Node.Null;
            case GoKind.Slice or GoKind.Array: return List(run, value.List, viaJson, depth);
            case GoKind.Struct or GoKind.Ptr:
                if (value.IsNilPointer) return Node.Null;
                if (value.Object is GoTemplate.Functions.Json.IGoJson json) return ToNode(run, json.ToJson(), viaJson, depth + 1);
                return Struct(run, value.Object, viaJson, depth);
            case GoKind.Func or GoKind.Complex128: return null;
            case GoKind.Invalid or GoKind.Interface: return Node.Null;
            default:
                if (value.IsSigned || value.Uint <= long.MaxValue) return value.Int;
                return Node.BigInt(value.Uint.ToString(CultureInfo.InvariantCulture));
        }
    }

    // JSON's escapes cover the controls up to space; the reader that goes over the JSON refuses the others
    private static Node? Text(string text, bool viaJson)
    {
        if (!viaJson) return text;
        foreach (var c in text)
        {
            if (c is >= '\u007F' and <= '\u009F' and not '\u0085' or '\uFFFE' or '\uFFFF') return null;
        }

        return text.Contains('\u0085')
            ? NextLines().Replace(text, m => m.Value.Count(c => c == '\u0085') is var n and > 1 ? new string('\n', n - 1) : " ") : text;
    }

    // JSON leaves this line break as it is, and YAML folds it when it reads the JSON
    [GeneratedRegex("[ ]*(\u0085[ ]*)+")]
    private static partial Regex NextLines();

    [GeneratedRegex(@"^\*(\S+) names an anchor")]
    private static partial Regex UnknownAnchor();

    [GeneratedRegex(@"^""(.*)"" is not a value of the type (!!\S+)")]
    private static partial Regex WrongTag();

    private static Node? Float(double number)
    {
        if (!double.IsFinite(number)) return null;
        if (number != Math.Truncate(number) || Math.Abs(number) >= 1e21) return number;
        var digits = GoFloat.Format(number, 'f', -1);
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)) return integer;
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? Node.BigInt(digits) : number;
    }

    private static Node? Map(Execution? run, GoMap map, bool viaJson, int depth)
    {
        var result = new MapNode(map.Count);
        foreach (var key in map.SortedKeys)
        {
            if (Text(key, viaJson) is null || (viaJson && key.Contains('\u0085'))
                || ToNode(run, map[key], viaJson, depth + 1) is not { } node) return null;
            result.Add(key, node);
        }

        return result;
    }

    private static Node? Struct(Execution? run, GoObject value, bool viaJson, int depth)
    {
        var result = new MapNode();
        foreach (var name in value.FieldNames)
        {
            value.TryGetField(name, out var field);
            if (ToNode(run, field, viaJson, depth + 1) is not { } node) return null;
            result.Add(viaJson ? name : name.ToLowerInvariant(), node);
        }

        return result;
    }

    private static Node? List(Execution? run, GoList list, bool viaJson, int depth)
    {
        if (list.Type.Element?.Kind == GoKind.Uint8 && viaJson)
        {
            var bytes = new byte[list.Count];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)list[i].Uint;
            return Convert.ToBase64String(bytes);
        }

        var result = new ListNode();
        for (var i = 0; i < list.Count; i++)
        {
            if (ToNode(run, list[i], viaJson, depth + 1) is not { } node) return null;
            result.Add(node);
        }

        return result;
    }
}
