using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Formatting;

/// <summary>One pass over a format, or one value being printed: Go's <c>fmt.pp</c>.</summary>
internal sealed class Printer(GoBuffer to)
{
    private FormatFlags _flags;
    private bool _reordered;
    private bool _goodIndex;

    public GoBuffer To { get; } = to;

    /// <summary>Writes values by a format.</summary>
    public void Format(string format, ReadOnlySpan<GoValue> values)
    {
        var argument = 0;
        var afterIndex = false;
        _reordered = false;
        for (var at = 0; at < format.Length;)
        {
            _goodIndex = true;
            var percent = format.IndexOf('%', at);
            if (percent < 0) percent = format.Length;
            if (percent > at) To.Append(format.AsSpan(at, percent - at));
            at = percent + 1;
            if (percent >= format.Length) break;
            _flags = default;
            at = ReadFlags(format, at);
            argument = Index(format, ref at, argument, values.Length, ref afterIndex);
            if (at < format.Length && format[at] == '*')
            {
                at++;
                (_flags.Width, _flags.HasWidth, argument) = Number(values, argument);
                if (!_flags.HasWidth) To.Append("%!(BADWIDTH)");
                if (_flags.Width < 0)
                {
                    _flags.Width = -_flags.Width;
                    _flags.Minus = true;
                    _flags.Zero = false;
                }

                afterIndex = false;
            }
            else
            {
                (_flags.Width, _flags.HasWidth) = Digits(format, ref at);
                if (afterIndex && _flags.HasWidth) _goodIndex = false;
            }

            if (at + 1 <= format.Length && at < format.Length && format[at] == '.')
            {
                at++;
                if (afterIndex) _goodIndex = false;
                argument = Index(format, ref at, argument, values.Length, ref afterIndex);
                if (at < format.Length && format[at] == '*')
                {
                    at++;
                    (_flags.Precision, _flags.HasPrecision, argument) = Number(values, argument);
                    if (_flags.Precision < 0)
                    {
                        _flags.Precision = 0;
                        _flags.HasPrecision = false;
                    }

                    if (!_flags.HasPrecision) To.Append("%!(BADPREC)");
                    afterIndex = false;
                }
                else
                {
                    (_flags.Precision, _flags.HasPrecision) = Digits(format, ref at);
                    if (!_flags.HasPrecision)
                    {
                        _flags.Precision = 0;
                        _flags.HasPrecision = true;
                    }
                }
            }

            if (!afterIndex) argument = Index(format, ref at, argument, values.Length, ref afterIndex);
            if (at >= format.Length)
            {
                To.Append("%!(NOVERB)");
                break;
            }

            Rune.DecodeFromUtf16(format.AsSpan(at), out var verb, out var used);
            at += used;
            argument = Verb(verb.Value, values, argument);
            afterIndex = false;
        }

        if (!_reordered && argument < values.Length) Extra(values[argument..]);
    }

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

    private int Verb(int verb, ReadOnlySpan<GoValue> values, int argument)
    {
        if (verb == '%')
        {
            To.Append('%');
            return argument;
        }

        if (!_goodIndex)
        {
            To.Append($"%!{GoText.OfRune(verb)}(BADINDEX)");
            return argument;
        }

        if (argument >= values.Length)
        {
            To.Append($"%!{GoText.OfRune(verb)}(MISSING)");
            return argument;
        }

        if (verb == 'v')
        {
            _flags.SharpV = _flags.Sharp;
            _flags.Sharp = false;
            _flags.PlusV = _flags.Plus;
            _flags.Plus = false;
        }

        PrintArgument(values[argument], verb);
        return argument + 1;
    }

    private void Extra(ReadOnlySpan<GoValue> values)
    {
        _flags = default;
        To.Append("%!(EXTRA ");
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) To.Append(", ");
            if (values[i].IsNil)
            {
                To.Append("<nil>");
                continue;
            }

            To.Append(values[i].Type!.Name);
            To.Append('=');
            PrintArgument(values[i], 'v');
        }

        To.Append(')');
    }

    private int ReadFlags(string format, int at)
    {
        for (; at < format.Length; at++)
        {
            switch (format[at])
            {
                case '#': _flags.Sharp = true; break;
                case '0': _flags.Zero = true; break;
                case '+': _flags.Plus = true; break;
                case '-': _flags.Minus = true; break;
                case ' ': _flags.Space = true; break;
                default: return at;
            }
        }

        return at;
    }

    private int Index(string format, ref int at, int argument, int count, ref bool found)
    {
        found = false;
        if (at >= format.Length || format[at] != '[') return argument;
        _reordered = true;
        var close = format.IndexOf(']', at);
        if (close < 0)
        {
            _goodIndex = false;
            at++;
            return argument;
        }

        var inner = at + 1;
        var (number, isNumber) = Digits(format, ref inner);
        if (!isNumber || inner != close)
        {
            _goodIndex = false;
            at = close + 1;
            return argument;
        }

        at = close + 1;
        if (number < 1 || number > count)
        {
            _goodIndex = false;
            return argument;
        }

        found = true;
        return number - 1;
    }

    private static (int Number, bool Found) Digits(string format, ref int at)
    {
        var number = 0;
        var found = false;
        for (; at < format.Length && char.IsAsciiDigit(format[at]); at++)
        {
            number = (number * 10) + (format[at] - '0');
            found = true;
            if (number > 1_000_000) return (0, false);
        }

        return (number, found);
    }

    private static (int Number, bool Found, int Next) Number(ReadOnlySpan<GoValue> values, int argument)
    {
        if (argument >= values.Length) return (0, false, argument);
        var value = values[argument];
        var number = value.IsSigned ? value.Int : value.IsUnsigned && value.Uint <= int.MaxValue ? (long)value.Uint : long.MaxValue;
        return number is > 1_000_000 or < -1_000_000 ? (0, false, argument + 1) : ((int)number, true, argument + 1);
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

    private void PrintInteger(in GoValue value, int verb)
    {
        var negative = value.IsSigned && value.Int < 0;
        var magnitude = negative ? (ulong)-value.Int : value.Uint;
        switch (verb)
        {
            case 'v' when _flags.SharpV && value.IsUnsigned:
                _flags.Sharp = true;
                Digits(magnitude, negative, 16, 'v');
                _flags.Sharp = false;
                break;
            case 'v' or 'd':
                Digits(magnitude, negative, 10, verb);
                break;
            case 'b':
                Digits(magnitude, negative, 2, verb);
                break;
            case 'o' or 'O':
                Digits(magnitude, negative, 8, verb);
                break;
            case 'x' or 'X':
                Digits(magnitude, negative, 16, verb);
                break;
            case 'c':
                Pad(GoText.OfRune(value.IsUnsigned && value.Uint > int.MaxValue ? -1 : value.Int));
                break;
            case 'q':
                Pad(GoQuote.QuoteRune(value.IsUnsigned && value.Uint > int.MaxValue ? -1 : value.Int, _flags.Plus));
                break;
            case 'U':
                Unicode(value.Uint);
                break;
            default:
                BadVerb(verb, value);
                break;
        }
    }

    private void Digits(ulong magnitude, bool negative, int radix, int verb)
    {
        var digits = radix switch
        {
            10 => magnitude.ToString(CultureInfo.InvariantCulture),
            16 => magnitude.ToString(verb == 'X' ? "X" : "x", CultureInfo.InvariantCulture),
            _ => ToRadix(magnitude, radix),
        };
        var precision = 0;
        if (_flags.HasPrecision)
        {
            precision = _flags.Precision;
            if (precision == 0 && magnitude == 0)
            {
                To.Append(' ', _flags.Width);
                return;
            }
        }
        else if (_flags.Zero && !_flags.Minus && _flags.HasWidth)
        {
            precision = _flags.Width - (negative || _flags.Plus || _flags.Space ? 1 : 0);
        }

        digits = digits.PadLeft(precision, '0');
        if (_flags.Sharp)
        {
            digits = radix switch
            {
                2 => "0b" + digits,
                8 when digits[0] != '0' => "0" + digits,
                16 => (verb == 'X' ? "0X" : "0x") + digits,
                _ => digits,
            };
        }

        if (verb == 'O') digits = "0o" + digits;
        if (negative) digits = "-" + digits;
        else if (_flags.Plus) digits = "+" + digits;
        else if (_flags.Space) digits = " " + digits;
        var zero = _flags.Zero;
        _flags.Zero = false;
        Pad(digits);
        _flags.Zero = zero;
    }

    private static string ToRadix(ulong value, int radix)
    {
        if (value == 0) return "0";
        var digits = new StringBuilder();
        for (; value > 0; value /= (ulong)radix) digits.Insert(0, (char)('0' + (int)(value % (ulong)radix)));
        return digits.ToString();
    }

    private void Unicode(ulong value)
    {
        var digits = value.ToString("X", CultureInfo.InvariantCulture)
            .PadLeft(_flags.HasPrecision && _flags.Precision > 4 ? _flags.Precision : 4, '0');
        var text = "U+" + digits;
        if (_flags.Sharp && value <= 0x10FFFF && GoQuote.IsPrint((int)value)) text += $" '{GoText.OfRune((long)value)}'";
        var zero = _flags.Zero;
        _flags.Zero = false;
        Pad(text);
        _flags.Zero = zero;
    }

    private void PrintFloat(in GoValue value, int verb)
    {
        var single = value.Kind == GoKind.Float32;
        switch (verb)
        {
            case 'v':
                Float(value.Float, 'g', -1, single);
                break;
            case 'e' or 'E' or 'f' or 'F':
                Float(value.Float, verb == 'F' ? 'f' : (char)verb, 6, single);
                break;
            case 'g' or 'G':
                Float(value.Float, (char)verb, -1, single);
                break;
            case 'b' or 'x' or 'X':
                Signed(Binary(value.Float, (char)verb), (char)verb, -1);
                break;
            default:
                BadVerb(verb, value);
                break;
        }
    }

    private static string Binary(double number, char verb)
    {
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(number));
        var exponent = (int)(bits >> 52);
        var mantissa = bits & 0xFFFFFFFFFFFFF;
        if (exponent == 0) exponent = 1;
        else mantissa |= 1L << 52;
        var sign = double.IsNegative(number) ? "-" : "";
        if (verb == 'b') return $"{sign}{mantissa}p{exponent - 1075:+0;-0}";
        if (mantissa == 0) return $"{sign}0x0p+00";
        while ((mantissa & (1L << 52)) == 0)
        {
            mantissa <<= 1;
            exponent--;
        }

        var fraction = (mantissa & 0xFFFFFFFFFFFFF).ToString("x13", CultureInfo.InvariantCulture).TrimEnd('0');
        var text = $"{sign}0x1{(fraction.Length > 0 ? "." + fraction : "")}p{exponent - 1023:+00;-00}";
        return verb == 'X' ? text.ToUpperInvariant() : text;
    }

    private void Float(double number, char format, int precision, bool single)
    {
        if (_flags.HasPrecision) precision = _flags.Precision;
        Signed(GoFloat.Format(number, format, precision, single), format, precision);
    }

    private void Signed(string text, char format, int precision)
    {
        if (text[0] is not ('-' or '+')) text = "+" + text;
        if (_flags.Space && text[0] == '+' && !_flags.Plus) text = " " + text[1..];
        if (text[1] is 'I' or 'N')
        {
            var zero = _flags.Zero;
            _flags.Zero = false;
            if (text[1] == 'N' && !_flags.Space && !_flags.Plus) text = text[1..];
            else if (text[0] == '+' && !_flags.Plus && text[1] == 'I') text = "+Inf";
            Pad(text);
            _flags.Zero = zero;
            return;
        }

        if (_flags.Sharp && format != 'b') text = Sharp(text, format, precision);
        if (!_flags.Plus && text[0] == '+')
        {
            Pad(text[1..]);
        }
        else if (_flags.Zero && !_flags.Minus && _flags.HasWidth && _flags.Width > text.Length)
        {
            To.Append(text[0]);
            To.Append('0', _flags.Width - text.Length);
            To.Append(text.AsSpan(1));
        }
        else
        {
            Pad(text);
        }
    }

    // with "#" there is always a point, and %g keeps its trailing zeros
    private static string Sharp(string text, char format, int precision)
    {
        var digits = format is 'g' or 'G' ? (precision == -1 ? 6 : precision) : 0;
        var tailAt = text.AsSpan(1).IndexOfAny('e', 'E');
        var tail = tailAt < 0 ? "" : text[(tailAt + 1)..];
        var body = tailAt < 0 ? text : text[..(tailAt + 1)];
        var sawNonzero = false;
        foreach (var c in body.AsSpan(1))
        {
            if (c == '.') continue;
            if (c != '0') sawNonzero = true;
            if (sawNonzero) digits--;
        }

        if (!body.Contains('.'))
        {
            if (body.Length == 2 && body[1] == '0') digits--;
            body += ".";
        }

        return body + new string('0', Math.Max(digits, 0)) + tail;
    }

    private void PrintComplex(in GoValue value, int verb)
    {
        if (verb is not ('v' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G'))
        {
            BadVerb(verb, value);
            return;
        }

        var number = value.Complex;
        var plus = _flags.Plus;
        To.Append('(');
        PrintFloat(GoValue.From(number.Real), verb);
        _flags.Plus = true;
        PrintFloat(GoValue.From(number.Imaginary), verb);
        To.Append("i)");
        _flags.Plus = plus;
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
            var bytes = new byte[list.Count];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)list[i].Uint;
            if (verb is 'x' or 'X') Hex(bytes, verb);
            else PrintString(GoText.FromBytes(bytes), verb, value);
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
    }
}
