using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Schema;

/// <summary>The formats that drafts up to 7 assert. Unknown ones hold.</summary>
internal static class SchemaFormats
{
    /// <summary>Why the text is not of the format; null when it is.</summary>
    public static string? Check(string format, string text) => format switch
    {
        "ipv4" => IpV4(text),
        "ipv6" => IpV6(text),
        "hostname" => Hostname(text),
        "email" => Email(text),
        "date" => Date(text),
        "time" => Time(text),
        "date-time" => DateTime(text),
        "uri" or "iri" => Uri.TryCreate(text, UriKind.Absolute, out _) ? null : "relative url",
        "uri-reference" or "iri-reference" => text.Contains('\\') ? "contains \\" : null,
        "uuid" => Uuid(text),
        "json-pointer" => text.Length == 0 || text[0] == '/' ? null : "not starting with /",
        "regex" => Pattern(text),
        _ => null,
    };

    private static string? Pattern(string text)
    {
        try
        {
            GoRegex.Compile(text);
            return null;
        }
        catch (GoError error)
        {
            return error.Message;
        }
    }

    private static string? IpV4(string text)
    {
        var groups = text.Split('.');
        if (groups.Length != 4) return "expected four decimals";
        foreach (var group in groups)
        {
            if (group.Length > 1 && group[0] == '0') return "leading zeros";
            if (!int.TryParse(group, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return $"strconv.Atoi: parsing {GoTemplate.Formatting.GoQuote.Quote(group)}: invalid syntax";
            if (number is < 0 or > 255) return "decimal must be between 0 and 255";
        }

        return null;
    }

    private static string? IpV6(string text)
    {
        if (!text.Contains(':')) return "missing colon";
        if (text.Contains('%')) return "zone id is not a part of ipv6 address";
        return IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 && !text.Contains('[')
            ? null
            : $"ParseAddr({GoTemplate.Formatting.GoQuote.Quote(text)}): unable to parse IP";
    }

    private static string? Hostname(string text)
    {
        if (text.EndsWith('.')) text = text[..^1];
        if (text.Length > 253) return "more than 253 characters long";
        foreach (var label in text.Split('.'))
        {
            if (label.Length is < 1 or > 63) return "label must be 1 to 63 characters long";
            if (label[0] == '-') return "label starts with hyphen";
            if (label[^1] == '-') return "label ends with hyphen";
            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-') return $"invalid character '{c}'";
            }
        }

        return null;
    }

    private static string? Email(string text)
    {
        if (text.Length > 254) return "more than 255 characters long";
        var at = text.LastIndexOf('@');
        if (at < 0) return "missing @";
        var (local, domain) = (text[..at], text[(at + 1)..]);
        if (local.Length > 64) return "local part more than 64 characters long";
        if (local.Length > 1 && local[0] == '"')
        {
            if (local[1..^1].AsSpan().IndexOfAny('\\', '"') >= 0) return "backslash and quote are not allowed within quoted local part";
        }
        else
        {
            if (local.StartsWith('.')) return "starts with dot";
            if (local.EndsWith('.')) return "ends with dot";
            if (local.Contains("..", StringComparison.Ordinal)) return "consecutive dots";
            foreach (var c in local)
            {
                if (!char.IsAsciiLetterOrDigit(c) && !".!#$%&'*+-/=?^_`{|}~".Contains(c)) return $"invalid character '{c}'";
            }
        }

        if (domain.StartsWith('[') && domain.EndsWith(']'))
        {
            domain = domain[1..^1];
            if (domain.StartsWith("IPv6:", StringComparison.Ordinal)) return IpV6(domain[5..]) is { } six ? $"invalid ipv6 address: {six}" : null;
            return IpV4(domain) is { } four ? $"invalid ipv4 address: {four}" : null;
        }

        return Hostname(domain) is { } reason ? $"invalid domain: {reason}" : null;
    }

    private static string? Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? null
            : $"parsing time {GoTemplate.Formatting.GoQuote.Quote(text)} as \"2006-01-02\": cannot parse {GoTemplate.Formatting.GoQuote.Quote(text)} as \"2006\"";

    private static string? Time(string text)
    {
        if (text.Length < 9) return "less than 9 characters long";
        if (text[2] != ':' || text[5] != ':') return "missing colon in correct place";
        var parts = text[..8].Split(':');
        if (parts.Length != 3 || !parts.All(p => p.All(char.IsAsciiDigit))) return "invalid hour/min/sec";
        if (int.Parse(parts[0], CultureInfo.InvariantCulture) > 23 || int.Parse(parts[1], CultureInfo.InvariantCulture) > 59
            || int.Parse(parts[2], CultureInfo.InvariantCulture) > 60) return "hour/min/sec out of range";
        var rest = text[8..];
        if (rest[0] == '.')
        {
            var digits = rest[1..].TakeWhile(char.IsAsciiDigit).Count();
            if (digits == 0) return "no digits in second fraction";
            rest = rest[(digits + 1)..];
        }

        if (rest is "z" or "Z") return null;
        if (rest.Length != 6) return "offset must be 6 characters long";
        if (rest[0] is not ('+' or '-')) return "offset must begin with plus/minus";
        return rest[3] == ':' ? null : "missing colon in offset in correct place";
    }

    private static string? DateTime(string text)
    {
        if (text.Length < 20) return "less than 20 characters long";
        if (text[10] is not ('t' or 'T')) return "11th character must be t or T";
        if (Date(text[..10]) is { } date) return $"invalid date element: {date}";
        return Time(text[11..]) is { } time ? $"invalid time element: {time}" : null;
    }

    private static string? Uuid(string text)
    {
        int[] lengths = [8, 4, 4, 4, 12];
        var groups = text.Split('-');
        if (groups.Length != lengths.Length) return $"must have {lengths.Length} elements";
        for (var i = 0; i < lengths.Length; i++)
        {
            if (groups[i].Length != lengths[i]) return $"element {i + 1} must be {lengths[i]} characters long";
            foreach (var c in groups[i])
            {
                if (!char.IsAsciiHexDigit(c)) return $"non-hex character '{c}'";
            }
        }

        return null;
    }
}
