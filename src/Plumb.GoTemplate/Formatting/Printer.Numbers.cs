using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Formatting;

/// <content>Numbers: Go's <c>fmtInteger</c>, <c>fmtFloat</c> and <c>fmtComplex</c>.</content>
internal sealed partial class Printer
{
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
        PadWithBlanks(digits);
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
        PadWithBlanks(text);
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
            if (text[1] == 'N' && !_flags.Space && !_flags.Plus) text = text[1..];
            else if (text[0] == '+' && !_flags.Plus && text[1] == 'I') text = "+Inf";
            PadWithBlanks(text);
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
}
