using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Text;

/// <summary>
/// TOML as BurntSushi/toml 1.6 writes it: a table's plain keys first, then its tables, both in order; sub-tables indented.
/// </summary>
public sealed class GoTomlWriter
{
    private const int MaxDepth = 1000;

    private readonly StringBuilder _to = new();

    private readonly Execution? _run;

    private GoTomlWriter(Execution? run) => _run = run;

    /// <summary>A value as TOML.</summary>
    /// <exception cref="GoError">It cannot be written, in the library's words.</exception>
    public static string Write(in GoValue value, Execution? run = null)
    {
        var writer = new GoTomlWriter(run);
        if (value.IsNil) throw new GoError("reflect: call of reflect.Value.Type on zero Value");
        writer.Encode([], value);
        return writer._to.ToString();
    }

    private void Encode(List<string> key, in GoValue value)
    {
        if (key.Count > MaxDepth) throw new GoError("a value is nested too deeply for TOML");
        switch (value.Kind)
        {
            case GoKind.Invalid or GoKind.Interface:
                return;
            case GoKind.Map when value.Map.IsNil:
                return;
            case GoKind.Map:
                Table(key, value.Map);
                break;
            case GoKind.Slice or GoKind.Array when IsTables(value.List):
                Tables(key, value.List);
                break;
            case GoKind.Struct or GoKind.Ptr when value.Object is GoTemplate.Functions.Json.IGoJson json:
                KeyValue(key, json.ToJson(), inline: false);
                break;
            case GoKind.Func or GoKind.Complex128:
                throw new GoError($"unsupported type for key '{Join(key)}': {value.Kind.ToString().ToLowerInvariant()}");
            default:
                KeyValue(key, value, inline: false);
                break;
        }
    }

    private void Table(List<string> key, GoMap map)
    {
        if (key.Count == 1) NewLine();
        if (key.Count > 0)
        {
            Indent(key).Append('[').Append(Join(key)).Append(']');
            NewLine();
        }

        Entries(key, map, inline: false);
    }

    private void Tables(List<string> key, GoList list)
    {
        if (key.Count == 0) throw new GoError("toml: top-level values must be Go maps or structs");
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].Map.IsNil) continue;
            NewLine();
            Indent(key).Append("[[").Append(Join(key)).Append("]]");
            NewLine();
            Entries(key, list[i].Map, inline: false);
        }
    }

    private void Entries(List<string> key, GoMap map, bool inline)
    {
        var plain = new List<string>();
        var tables = new List<string>();
        foreach (var name in map.SortedKeys) (IsTable(map[name]) ? tables : plain).Add(name);
        if (inline) _to.Append('{');
        Some(plain, tables.Count > 0);
        Some(tables, false);
        if (inline) _to.Append('}');

        void Some(List<string> names, bool more)
        {
            for (var i = 0; i < names.Count; i++)
            {
                var value = map[names[i]];
                if (value.IsNil || (value.Kind == GoKind.Map && value.Map.IsNil)
                    || (value.Kind == GoKind.Slice && value.List.IsNil)) continue;
                if (!inline)
                {
                    Encode([.. key, names[i]], value);
                    continue;
                }

                KeyValue([names[i]], value, inline: true);
                if (more || i != names.Count - 1) _to.Append(", ");
            }
        }
    }

    private void KeyValue(List<string> key, in GoValue value, bool inline)
    {
        if (key.Count == 0)
        {
            Element(value);
            return;
        }

        Indent(key).Append(Quoted(key[^1])).Append(" = ");
        Element(value);
        if (!inline) NewLine();
    }

    private void Element(in GoValue value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _run?.CheckElements(1);
        switch (value.Kind)
        {
            case GoKind.String:
                String(value.Text);
                break;
            case GoKind.Bool:
                _to.Append(value.Bool ? "true" : "false");
                break;
            case GoKind.Float32 or GoKind.Float64:
                Float(value.Float);
                break;
            case GoKind.Slice or GoKind.Array:
                _to.Append('[');
                for (var i = 0; i < value.List.Count; i++)
                {
                    if (i > 0) _to.Append(", ");
                    Element(value.List[i]);
                }

                _to.Append(']');
                break;
            case GoKind.Map:
                Entries([], value.Map, inline: true);
                break;
            case >= GoKind.Int and <= GoKind.Int64:
                _to.Append(value.Int.ToString(CultureInfo.InvariantCulture));
                break;
            case >= GoKind.Uint and <= GoKind.Uint64:
                _to.Append(value.Uint.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                throw new GoError($"unexpected type: {value.Type?.Name ?? "<nil>"}");
        }
    }

    private void Float(double number)
    {
        if (!double.IsFinite(number))
        {
            _to.Append(double.IsNaN(number) ? "nan" : number < 0 ? "-inf" : "inf");
            return;
        }

        var text = GoFloat.Format(number, 'g', -1);
        _to.Append(text.AsSpan().IndexOfAny('e', '.') < 0 ? text + ".0" : text);
    }

    private void String(string text)
    {
        _to.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => _to.Append("\\\""),
                '\\' => _to.Append("\\\\"),
                '\b' => _to.Append("\\b"),
                '\t' => _to.Append("\\t"),
                '\n' => _to.Append("\\n"),
                '\f' => _to.Append("\\f"),
                '\r' => _to.Append("\\r"),
                < ' ' or '\u007F' => _to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => _to.Append(c),
            };
        }

        _to.Append('"');
    }

    private StringBuilder Indent(List<string> key) => _to.Append(' ', Math.Max(0, 2 * (key.Count - 1)));

    private void NewLine()
    {
        if (_to.Length > 0) _to.Append('\n');
    }

    private static bool IsTable(in GoValue value) => value.Kind == GoKind.Map ? !value.Map.IsNil : value.IsList && IsTables(value.List);

    private static bool IsTables(GoList list)
    {
        if (list.Count == 0) return false;
        var all = true;
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].IsNil) throw new GoError("toml: cannot encode array with nil element");
            all &= list[i].Kind == GoKind.Map;
        }

        return all;
    }

    private static string Join(List<string> key) => string.Join('.', key.Select(Quoted));

    private static string Quoted(string key)
    {
        if (key.Length == 0) return "\"\"";
        return key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? key
            : "\"" + key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
    }
}
