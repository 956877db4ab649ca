using System.Globalization;
using System.Runtime.CompilerServices;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Json;

/// <summary>JSON as Go's <c>encoding/json</c> writes it: keys in order, <c>&lt; &gt; &amp;</c> escaped unless told not to.</summary>
public sealed class GoJsonWriter
{
    private readonly GoBuffer _to;
    private readonly bool _escapeHtml;
    private readonly string? _indent;

    private GoJsonWriter(Execution? run, bool escapeHtml, string? indent)
    {
        _to = new GoBuffer(run);
        _escapeHtml = escapeHtml;
        _indent = indent;
    }

    /// <summary>A value as JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="escapeHtml">Whether <c>&lt; &gt; &amp;</c> are escaped, as <c>json.Marshal</c> does.</param>
    /// <param name="indent">What each level is indented by; null for one line.</param>
    /// <param name="run">The run whose limits hold.</param>
    /// <exception cref="GoError">Go cannot write such a value: <c>json: unsupported …</c>.</exception>
    public static string Write(in GoValue value, bool escapeHtml = true, string? indent = null, Execution? run = null)
    {
        var writer = new GoJsonWriter(run, escapeHtml, indent);
        writer.Write(value, 0);
        return writer._to.Take();
    }

    private void Write(in GoValue value, int depth)
    {
        switch (value.Kind)
        {
            case GoKind.Invalid or GoKind.Interface:
                _to.Append("null");
                break;
            case GoKind.Bool:
                _to.Append(value.Bool ? "true" : "false");
                break;
            case GoKind.String:
                WriteString(value.Text);
                break;
            case GoKind.Float32 or GoKind.Float64:
                WriteFloat(value.Float, value.Kind == GoKind.Float32);
                break;
            case GoKind.Map:
                WriteMap(value.Map, depth);
                break;
            case GoKind.Slice or GoKind.Array:
                WriteList(value.List, depth);
                break;
            case GoKind.Struct or GoKind.Ptr:
                WriteObject(value, depth);
                break;
            case GoKind.Complex128 or GoKind.Func:
                throw new GoError($"json: unsupported type: {value.Type}");
            default:
                if (value.IsSigned) _to.Append(value.Int);
                else _to.Append(value.Uint);
                break;
        }
    }

    private void WriteMap(GoMap map, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (map.IsNil)
        {
            _to.Append("null");
            return;
        }

        _to.Append('{');
        var first = true;
        foreach (var key in map.SortedKeys)
        {
            Next(ref first, depth + 1);
            WriteString(key);
            _to.Append(_indent is null ? ":" : ": ");
            Write(map[key], depth + 1);
        }

        if (!first) NewLine(depth);
        _to.Append('}');
    }

    private void WriteList(GoList list, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (list.IsNil)
        {
            _to.Append("null");
            return;
        }

        if (ReferenceEquals(list.Type.Element, GoType.Uint8) && list.Type.Kind == GoKind.Slice)
        {
            _to.Append($"\"{Convert.ToBase64String(list.ToBytes())}\"");
            return;
        }

        _to.Append('[');
        var first = true;
        for (var i = 0; i < list.Count; i++)
        {
            Next(ref first, depth + 1);
            Write(list[i], depth + 1);
        }

        if (!first) NewLine(depth);
        _to.Append(']');
    }

    private void WriteObject(in GoValue value, int depth)
    {
        if (value.IsNilPointer)
        {
            _to.Append("null");
            return;
        }

        if (value.Object is IGoJson own)
        {
            Write(own.ToJson(), depth);
            return;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        _to.Append('{');
        var first = true;
        foreach (var name in value.Object.FieldNames)
        {
            Next(ref first, depth + 1);
            WriteString(name);
            _to.Append(_indent is null ? ":" : ": ");
            value.Object.TryGetField(name, out var field);
            Write(field, depth + 1);
        }

        if (!first) NewLine(depth);
        _to.Append('}');
    }

    private void Next(ref bool first, int depth)
    {
        if (!first) _to.Append(',');
        first = false;
        NewLine(depth);
    }

    private void NewLine(int depth)
    {
        if (_indent is null) return;
        _to.Append('\n');
        for (var i = 0; i < depth; i++) _to.Append(_indent);
    }

    private void WriteFloat(double number, bool single)
    {
        if (!double.IsFinite(number)) throw new GoError($"json: unsupported value: {GoFloat.Format(number, 'g', -1)}");

        // plain digits unless the exponent is small or large, as ES6 does
        var size = Math.Abs(number);
        var exponent = size != 0 && (size < 1e-6 || size >= 1e21);
        var text = GoFloat.Format(number, exponent ? 'e' : 'f', -1, single);
        if (exponent && text.Length >= 4 && text[^4..^1] == "e-0") text = text[..^2] + text[^1];
        _to.Append(text);
    }

    private void WriteString(string text)
    {
        _to.Append('"');
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= ' ' and < '\u007F' and not ('"' or '\\') && !(_escapeHtml && c is '<' or '>' or '&')) continue;
            var escaped = c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                '<' or '>' or '&' when _escapeHtml => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                '\u2028' => "\\u2028",
                '\u2029' => "\\u2029",
                _ when GoText.IsRaw(text, i) => "\\ufffd",
                _ => null,
            };
            if (escaped is null) continue;
            _to.Append(text.AsSpan(from, i - from));
            _to.Append(escaped);
            from = i + 1;
        }

        _to.Append(text.AsSpan(from));
        _to.Append('"');
    }
}

/// <summary>A host object with a JSON form of its own, as a Go type with <c>MarshalJSON</c> or field tags has.</summary>
public interface IGoJson
{
    /// <summary>What is written instead of the object.</summary>
    GoValue ToJson();
}
