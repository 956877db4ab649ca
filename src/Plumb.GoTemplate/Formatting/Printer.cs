using System.Runtime.CompilerServices;
using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Formatting;

/// <summary>One pass over a format, or one value being printed: Go's <c>fmt.pp</c>.</summary>
internal sealed partial class Printer(GoBuffer to)
{
    private FormatFlags _flags;

    public GoBuffer To { get; } = to;

    /// <summary>Writes one value by a verb.</summary>
    public void PrintArgument(in GoValue value, int verb)
    {
        if (value.IsNil)
        {
            if (verb is 'T' or 'v') Pad("<nil>");
            else BadVerb(verb, value);
            return;
        }

        if (verb == 'T')
        {
            Pad(Cut(value.Type!.Name));
            return;
        }

        PrintValue(value, verb, 0);
    }

    private void BadVerb(int verb, in GoValue value)
    {
        To.Append($"%!{GoText.OfRune(verb)}(");
        if (value.IsNil)
        {
            To.Append("<nil>");
        }
        else
        {
            To.Append(value.Type!.Name);
            To.Append('=');
            PrintValue(value, 'v', 0, methods: false);
        }

        To.Append(')');
    }

    private void PrintValue(in GoValue value, int verb, int depth, bool methods = true)
    {
        if (methods && HasText(value, verb, out var own))
        {
            PrintString(own, verb, value);
            return;
        }

        switch (value.Kind)
        {
            case GoKind.Invalid or GoKind.Interface:
                To.Append(_flags.SharpV ? "interface {}(nil)" : "<nil>");
                break;
            case GoKind.Bool:
                if (verb is 't' or 'v') Pad(value.Bool ? "true" : "false");
                else BadVerb(verb, value);
                break;
            case GoKind.String:
                PrintString(value.Text, verb, value);
                break;
            case GoKind.Float32 or GoKind.Float64:
                PrintFloat(value, verb);
                break;
            case GoKind.Complex128:
                PrintComplex(value, verb);
                break;
            case GoKind.Map:
                PrintMap(value.Map, verb, depth);
                break;
            case GoKind.Slice or GoKind.Array:
                PrintList(value, verb, depth);
                break;
            case GoKind.Struct:
                PrintStruct(value.Object, value.Object.Type.Name, verb, depth);
                break;
            case GoKind.Ptr:
                PrintPointer(value, verb, depth);
                break;
            case GoKind.Func:
                Pad("0x1");
                break;
            default:
                PrintInteger(value, verb);
                break;
        }
    }

    private bool HasText(in GoValue value, int verb, out string text)
    {
        text = "";
        if (_flags.SharpV || verb is not ('v' or 's' or 'x' or 'X' or 'q')) return false;
        if (value.Kind is GoKind.Struct or GoKind.Ptr)
        {
            if (value.IsNilPointer || value.Object.Text is not { } own) return false;
            text = own;
            return true;
        }

        if (value.Kind is not (GoKind.Int or GoKind.Int64) || value.Type!.Method("String") is not { } method) return false;
        text = method.Call(null!, [value]).Text;
        return true;
    }

    private void PrintString(string text, int verb, in GoValue value)
    {
        switch (verb)
        {
            case 'v' when _flags.SharpV:
                Pad(Quoted(text));
                break;
            case 'v' or 's':
                Pad(Cut(text));
                break;
            case 'x' or 'X':
                Hex(GoText.GetBytes(text), verb);
                break;
            case 'q':
                Pad(Quoted(Cut(text)));
                break;
            default:
                BadVerb(verb, value);
                break;
        }
    }

    private string Quoted(string text)
    {
        var canBeRaw = _flags.Sharp && !text.Contains('`')
            && !text.Any(c => (c < ' ' && c != '\t') || c is '\u007F' or '\uFEFF' || char.IsSurrogate(c));
        return canBeRaw ? $"`{text}`" : GoQuote.Quote(text, '"', _flags.Plus);
    }

    private void Hex(byte[] bytes, int verb)
    {
        if (_flags.HasPrecision && _flags.Precision < bytes.Length) bytes = bytes[.._flags.Precision];
        var hex = verb == 'x' ? Convert.ToHexStringLower(bytes) : Convert.ToHexString(bytes);
        var prefix = $"0{(char)verb}";
        if (_flags.Space)
        {
            var pairs = hex.Chunk(2).Select(p => (_flags.Sharp ? prefix : "") + new string(p));
            Pad(string.Join(' ', pairs));
        }
        else
        {
            Pad(_flags.Sharp && bytes.Length > 0 ? prefix + hex : hex);
        }
    }

    private void PrintMap(GoMap map, int verb, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_flags.SharpV)
        {
            To.Append(map.Type.Name);
            if (map.IsNil)
            {
                To.Append("(nil)");
                return;
            }

            To.Append('{');
        }
        else
        {
            To.Append("map[");
        }

        var first = true;
        foreach (var key in map.SortedKeys)
        {
            if (!first) To.Append(_flags.SharpV ? ", " : " ");
            first = false;
            PrintValue(GoValue.From(key), verb, depth + 1);
            To.Append(':');
            PrintValue(map[key], verb, depth + 1);
        }

        To.Append(_flags.SharpV ? '}' : ']');
    }

    private void PrintList(in GoValue value, int verb, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var list = value.List;
        if (ReferenceEquals(list.Type.Element, GoType.Uint8) && verb is 's' or 'q' or 'x' or 'X')
        {
            var bytes = list.ToBytes();
            if (verb is 'x' or 'X') Hex(bytes, verb);
            else PrintString(GoText.FromBytes(bytes), verb, value);
            return;
        }

        if (ReferenceEquals(list.Type.Element, GoType.Uint8) && verb == 'v' && _flags.IsEmpty)
        {
            PrintNumbers(list is GoByteList bytes ? bytes.Span : list.ToBytes());
            return;
        }

        if (_flags.SharpV)
        {
            To.Append(list.Type.Name);
            if (list.IsNil)
            {
                To.Append("(nil)");
                return;
            }
        }

        To.Append(_flags.SharpV ? '{' : '[');
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0) To.Append(_flags.SharpV ? ", " : " ");
            PrintValue(list[i], verb, depth + 1);
        }

        To.Append(_flags.SharpV ? '}' : ']');
    }

    /// <summary>
    /// Bytes as numbers. Charts that take <c>$</c> for a key print all their files so, which is why each byte's digits come from a table: how many
    /// there are is a matter of chance to a processor that has to guess.
    /// </summary>
    private void PrintNumbers(ReadOnlySpan<byte> bytes)
    {
        To.Append('[');
        var length = bytes.Length * 2L;
        foreach (var b in bytes) length += (b >= 10 ? 1 : 0) + (b >= 100 ? 1 : 0);
        var to = To.Extend(checked((int)length + DigitsOfByte.Slack));
        var at = 0;
        foreach (var b in bytes) at += DigitsOfByte.Write(b, to[at..]);

        // The last blank gives way to the bracket.
        To.Length -= to.Length - Math.Max(at - 1, 0);
        To.Append(']');
    }

    private void PrintStruct(GoObject value, string typeName, int verb, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_flags.SharpV) To.Append(typeName);
        To.Append('{');
        var first = true;
        foreach (var (name, field) in value.Shown)
        {
            if (!first) To.Append(_flags.SharpV ? ", " : " ");
            first = false;
            if (_flags.PlusV || _flags.SharpV)
            {
                To.Append(name);
                To.Append(':');
            }

            PrintValue(field, verb, depth + 1);
        }

        To.Append('}');
    }

    private void PrintPointer(in GoValue value, int verb, int depth)
    {
        if (value.IsNilPointer)
        {
            if (_flags.SharpV) To.Append($"({value.Type!.Name})(nil)");
            else if (verb == 'v') Pad("<nil>");
            else To.Append($"%!{GoText.OfRune(verb)}({value.Type!.Name}=<nil>)");
            return;
        }

        if (depth > 0)
        {
            Pad("0xc000000000");
            return;
        }

        To.Append('&');
        PrintStruct(value.Object, value.Type!.Name.TrimStart('*'), verb, depth + 1);
    }

    private string Cut(string text)
    {
        if (!_flags.HasPrecision) return text;
        var left = _flags.Precision;
        var at = 0;
        for (; at < text.Length && left > 0; left--) at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        return at < text.Length ? text[..at] : text;
    }

    /// <summary>What has its zeros already, or may have none, is not padded with them.</summary>
    private void PadWithBlanks(string text)
    {
        var zero = _flags.Zero;
        _flags.Zero = false;
        Pad(text);
        _flags.Zero = zero;
    }

    private void Pad(string text)
    {
        if (!_flags.HasWidth || _flags.Width == 0)
        {
            To.Append(text);
            return;
        }

        var missing = _flags.Width - GoText.RuneCount(text);
        if (_flags.Minus)
        {
            To.Append(text);
            To.Append(' ', missing);
        }
        else
        {
            To.Append(_flags.Zero ? '0' : ' ', missing);
            To.Append(text);
        }
    }

    private struct FormatFlags
    {
        public bool Sharp;
        public bool Zero;
        public bool Plus;
        public bool Minus;
        public bool Space;
        public bool SharpV;
        public bool PlusV;
        public bool HasWidth;
        public bool HasPrecision;
        public int Width;
        public int Precision;

        public readonly bool IsEmpty => !(Sharp || Zero || Plus || Minus || Space || SharpV || PlusV || HasWidth || HasPrecision);
    }
}
