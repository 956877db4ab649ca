using System.Globalization;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Dates;

/// <summary>Reads dates by a layout: Go's <c>time.ParseInLocation</c>, with its messages.</summary>
internal sealed class TimeParser
{
    private readonly string _layout;
    private readonly string _text;
    private string _left;
    private long _year;
    private int _month = -1;
    private int _day = -1;
    private int _dayOfYear = -1;
    private int _hour;
    private int _minute;
    private int _second;
    private int _nanoseconds;
    private bool _am;
    private bool _pm;
    private bool _utc;
    private int? _offset;
    private string _zone = "";
    private string _outOfRange = "";

    private TimeParser(string layout, string text)
    {
        _layout = layout;
        _text = text;
        _left = text;
    }

    public static GoTime Parse(string layout, string text, GoZone local) => new TimeParser(layout, text).Parse(local);

    private GoTime Parse(GoZone local)
    {
        var left = _layout;
        while (true)
        {
            var (prefix, element, rest) = TimeLayout.Next(left);
            if (!Skip(prefix)) throw Cannot(prefix, _left);
            if (element.Length == 0) break;
            left = rest;
            var before = _left;
            var good = Element(element, left);
            if (_outOfRange.Length > 0) throw Bad($": {_outOfRange} out of range");
            if (!good) throw Cannot(element, before);
        }

        if (_left.Length > 0) throw Bad($": extra text: {GoQuote.Quote(_left)}");
        if (_pm && _hour < 12) _hour += 12;
        else if (_am && _hour == 12) _hour = 0;
        Days();
        if (_utc) return GoTime.Of(_year, _month, _day, _hour, _minute, _second, _nanoseconds, GoZone.Utc);
        var time = GoTime.Of(
            _year, _month, _day, _hour, _minute, _second, _nanoseconds, _offset is null && _zone.Length == 0 ? local : GoZone.Utc);
        if (_offset is { } offset)
        {
            time = new GoTime(time.Seconds - offset, _nanoseconds, GoZone.Utc);
            var (own, name) = local.At(time.Seconds);
            return time.In(own == offset && (_zone.Length == 0 || name == _zone) ? local : GoZone.Fixed(offset, _zone));
        }

        if (_zone.Length == 0) return time;
        if (local.At(time.Seconds).Name == _zone) return new GoTime(time.Seconds - local.At(time.Seconds).Offset, _nanoseconds, local);
        var hours = _zone.Length > 3 && _zone.StartsWith("GMT", StringComparison.Ordinal)
            ? int.Parse(_zone.AsSpan(3), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : 0;
        return time.In(GoZone.Fixed(hours * 3600, _zone));
    }

    private void Days()
    {
        if (_dayOfYear >= 0)
        {
            var leap = Calendar.DaysIn(_year, 2) == 29;
            if (_dayOfYear < 1 || _dayOfYear > (leap ? 366 : 365)) throw Bad(": day-of-year out of range");
            var (_, month, day) = Calendar.FromDays(Calendar.ToDays(_year, 1, 1) + _dayOfYear - 1);
            if (_month >= 0 && _month != month) throw Bad(": day-of-year does not match month");
            if (_day >= 0 && _day != day) throw Bad(": day-of-year does not match day");
            (_month, _day) = (month, day);
        }

        if (_month < 0) _month = 1;
        if (_day < 0) _day = 1;
        if (_day < 1 || _day > Calendar.DaysIn(_year, _month)) throw Bad(": day out of range");
    }

    private bool Element(string element, string after)
    {
        switch (element)
        {
            case "06":
                if (_left.Length < 2 || !Digits(2, out var short2)) return false;
                _year = short2 >= 69 ? short2 + 1900 : short2 + 2000;
                return true;
            case "2006":
                if (_left.Length < 4 || !char.IsAsciiDigit(_left[0]) || !Digits(4, out var year)) return false;
                _year = year;
                return true;
            case "Jan": return Name(TimeLayout.Months, 3, out _month);
            case "January": return Name(TimeLayout.Months, 0, out _month);
            case "Mon": return Name(TimeLayout.Days, 3, out _);
            case "Monday": return Name(TimeLayout.Days, 0, out _);
            case "1" or "01":
                if (!Number(element.Length == 2, out _month)) return false;
                if (_month is < 1 or > 12) _outOfRange = "month";
                return true;
            case "2" or "_2" or "02":
                if (element == "_2" && _left.StartsWith(' ')) _left = _left[1..];
                return Number(element == "02", out _day);
            case "__2" or "002":
                return DayOfYear(element == "002");
            case "15":
                if (!Number(false, out _hour)) return false;
                if (_hour > 23) _outOfRange = "hour";
                return true;
            case "3" or "03":
                if (!Number(element.Length == 2, out _hour)) return false;
                if (_hour > 12) _outOfRange = "hour";
                return true;
            case "4" or "04":
                if (!Number(element.Length == 2, out _minute)) return false;
                if (_minute > 59) _outOfRange = "minute";
                return true;
            case "5" or "05":
                return Second(element, after);
            case "PM": return HalfDay("AM", "PM");
            case "pm": return HalfDay("am", "pm");
            case "MST": return ZoneName();
            case ['.' or ',', '0', ..]:
                return _left.Length >= element.Length && Fraction(element.Length);
            case ['.' or ',', '9', ..]:
                if (_left.Length < 2 || _left[0] is not ('.' or ',') || !char.IsAsciiDigit(_left[1])) return true;
                var count = 1;
                while (count < 10 && count < _left.Length && char.IsAsciiDigit(_left[count])) count++;
                return Fraction(count);
            default:
                return Offset(element);
        }
    }

    private bool Second(string element, string after)
    {
        if (!Number(element.Length == 2, out _second)) return false;
        if (_second > 59)
        {
            _outOfRange = "second";
            return true;
        }

        // a fraction is taken even when the layout has none
        if (_left.Length < 2 || _left[0] is not ('.' or ',') || !char.IsAsciiDigit(_left[1])) return true;
        if (TimeLayout.Next(after).Element is ['.' or ',', ..]) return true;
        var count = 2;
        while (count < _left.Length && char.IsAsciiDigit(_left[count])) count++;
        return Fraction(count);
    }

    private bool Fraction(int count)
    {
        if (_left[0] is not ('.' or ',')) return false;
        var digits = _left[1..Math.Min(count, 10)];
        if (!digits.All(char.IsAsciiDigit)) return false;
        _nanoseconds = int.Parse(digits.PadRight(9, '0'), CultureInfo.InvariantCulture);
        _left = _left[count..];
        return true;
    }

    private bool HalfDay(string am, string pm)
    {
        if (_left.Length < 2) return false;
        var word = _left[..2];
        _left = _left[2..];
        _am |= word == am;
        _pm |= word == pm;
        return word == am || word == pm;
    }

    private bool DayOfYear(bool exact)
    {
        for (var i = 0; i < 2 && !exact; i++)
        {
            if (_left.StartsWith(' ')) _left = _left[1..];
        }

        var count = 0;
        while (count < 3 && count < _left.Length && char.IsAsciiDigit(_left[count])) count++;
        return count > 0 && (!exact || count == 3) && Digits(count, out _dayOfYear);
    }

    private bool Offset(string element)
    {
        if (element[0] == 'Z' && element.Length != 7 && element.Length != 9 && _left.StartsWith('Z'))
        {
            _left = _left[1..];
            _utc = true;
            return true;
        }

        // the layout's own length tells how much of the text it is
        var length = element.Length;
        if (_left.Length < length) return false;
        var part = _left[..length];
        var colon = element.Contains(':');
        if (colon && (part[3] != ':' || (length == 9 && part[6] != ':'))) return false;
        _left = _left[length..];
        var digits = part[1..].Replace(":", "", StringComparison.Ordinal).PadRight(6, '0');
        if (digits.Length != 6 || !digits.All(char.IsAsciiDigit)) return false;
        var hours = int.Parse(digits[..2], CultureInfo.InvariantCulture);
        var minutes = int.Parse(digits[2..4], CultureInfo.InvariantCulture);
        if (hours > 24) _outOfRange = "time zone offset hour";
        else if (minutes > 60) _outOfRange = "time zone offset minute";
        _offset = (((hours * 60) + minutes) * 60) + int.Parse(digits[4..], CultureInfo.InvariantCulture);
        if (part[0] == '-') _offset = -_offset;
        return part[0] is '+' or '-';
    }

    private bool ZoneName()
    {
        if (_left.StartsWith("UTC", StringComparison.Ordinal))
        {
            _utc = true;
            _left = _left[3..];
            return true;
        }

        var length = ZoneLength();
        if (length == 0) return false;
        _zone = _left[..length];
        _left = _left[length..];
        return true;
    }

    private int ZoneLength()
    {
        if (_left.Length < 3) return 0;
        if (_left.StartsWith("ChST", StringComparison.Ordinal) || _left.StartsWith("MeST", StringComparison.Ordinal)) return 4;
        if (_left.StartsWith("GMT", StringComparison.Ordinal)) return 3 + SignedOffset(3);
        if (_left[0] is '+' or '-') return SignedOffset(0);
        var upper = 0;
        while (upper < 6 && upper < _left.Length && char.IsAsciiLetterUpper(_left[upper])) upper++;
        return upper switch
        {
            3 => 3,
            4 when _left[3] == 'T' || _left.StartsWith("WITA", StringComparison.Ordinal) => 4,
            5 when _left[4] == 'T' => 5,
            _ => 0,
        };
    }

    private int SignedOffset(int at)
    {
        if (at >= _left.Length || _left[at] is not ('+' or '-')) return 0;
        var end = at + 1;
        while (end < _left.Length && char.IsAsciiDigit(_left[end]) && end - at < 9) end++;
        if (end == at + 1 || int.Parse(_left.AsSpan(at + 1, end - at - 1), CultureInfo.InvariantCulture) >= 24) return 0;
        return end - at;
    }

    private bool Name(string[] names, int length, out int number)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var name = length > 0 ? names[i][..length] : names[i];
            if (!_left.StartsWith(name, StringComparison.OrdinalIgnoreCase)) continue;
            _left = _left[name.Length..];
            number = i + 1;
            return true;
        }

        number = -1;
        return false;
    }

    private bool Number(bool two, out int number)
    {
        number = 0;
        if (_left.Length == 0 || !char.IsAsciiDigit(_left[0])) return false;
        var length = _left.Length > 1 && char.IsAsciiDigit(_left[1]) ? 2 : 1;
        return (length == 2 || !two) && Digits(length, out number);
    }

    private bool Digits(int count, out int number)
    {
        number = 0;
        if (!_left.AsSpan(0, count).ContainsAnyExceptInRange('0', '9'))
        {
            number = int.Parse(_left.AsSpan(0, count), CultureInfo.InvariantCulture);
            _left = _left[count..];
            return true;
        }

        return false;
    }

    // a space in the layout stands for any number of them
    private bool Skip(string prefix)
    {
        while (prefix.Length > 0)
        {
            if (prefix[0] == ' ')
            {
                if (_left.Length > 0 && _left[0] != ' ') return false;
                prefix = prefix.TrimStart(' ');
                _left = _left.TrimStart(' ');
                continue;
            }

            if (_left.Length == 0 || _left[0] != prefix[0]) return false;
            prefix = prefix[1..];
            _left = _left[1..];
        }

        return true;
    }

    private GoError Cannot(string element, string at) =>
        new($"parsing time {GoQuote.Quote(_text)} as {GoQuote.Quote(_layout)}: "
            + $"cannot parse {GoQuote.Quote(at)} as {GoQuote.Quote(element)}");

    private GoError Bad(string what) => new($"parsing time {GoQuote.Quote(_text)}{what}");
}
