using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Formatting;

/// <content>Reading a format: Go's <c>doPrintf</c>.</content>
internal sealed partial class Printer
{
    private bool _reordered;
    private bool _goodIndex;

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

            if (at < format.Length && format[at] == '.')
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
}
