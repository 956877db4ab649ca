using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Urls;

/// <summary>A URL as Go's <c>net/url</c> takes it apart and puts it together.</summary>
internal sealed class GoUrl
{
    private enum Part
    {
        Path,
        UserPassword,
        Host,
        Zone,
        Fragment,
    }

    public string Scheme { get; set; } = "";

    public string Opaque { get; set; } = "";

    public string Host { get; set; } = "";

    public string Path { get; set; } = "";

    public string RawQuery { get; set; } = "";

    public string Fragment { get; set; } = "";

    /// <summary>Name and password, escaped; null when the URL has none.</summary>
    public string? User { get; set; }

    /// <summary>The host without its port and brackets.</summary>
    public string HostName
    {
        get
        {
            var host = Host;
            var colon = host.LastIndexOf(':');
            if (colon >= 0 && IsPort(host[colon..])) host = host[..colon];
            return host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        }
    }

    /// <summary>Reads a URL.</summary>
    /// <exception cref="GoError">It is none: <c>parse "…": …</c>.</exception>
    public static GoUrl Parse(string text)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var body = hash < 0 ? text : text[..hash];
        GoUrl url;
        try
        {
            url = Body(body);
        }
        catch (GoError error)
        {
            throw new GoError($"parse {GoQuote.Quote(body)}: {error.Message}");
        }

        if (hash < 0) return url;
        try
        {
            url.Fragment = Unescape(text[(hash + 1)..], Part.Fragment);
        }
        catch (GoError error)
        {
            throw new GoError($"parse {GoQuote.Quote(text)}: {error.Message}");
        }

        return url;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var to = new StringBuilder();
        if (Scheme.Length > 0) to.Append(Scheme).Append(':');
        if (Opaque.Length > 0)
        {
            to.Append(Opaque);
        }
        else
        {
            if (Scheme.Length > 0 || Host.Length > 0 || User is not null)
            {
                if (Host.Length > 0 || Path.Length > 0 || User is not null) to.Append("//");
                if (User is not null) to.Append(User).Append('@');
                if (Host.Length > 0) to.Append(Escape(Host, Part.Host));
            }

            var path = Path == "*" ? Path : Escape(Path, Part.Path);
            if (path.Length > 0 && path[0] != '/' && Host.Length > 0) to.Append('/');
            if (to.Length == 0 && path.Split('/')[0].Contains(':')) to.Append("./");
            to.Append(path);
        }

        if (RawQuery.Length > 0) to.Append('?').Append(RawQuery);
        if (Fragment.Length > 0) to.Append('#').Append(Escape(Fragment, Part.Fragment));
        return to.ToString();
    }

    private static GoUrl Body(string text)
    {
        if (text.Any(c => c < ' ' || c == 0x7F)) throw new GoError("net/url: invalid control character in URL");
        var url = new GoUrl();
        if (text == "*")
        {
            url.Path = "*";
            return url;
        }

        var rest = text;
        var colon = SchemeLength(text);
        if (colon >= 0)
        {
            url.Scheme = text[..colon].ToLowerInvariant();
            rest = text[(colon + 1)..];
        }

        var question = rest.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0)
        {
            url.RawQuery = rest[(question + 1)..];
            rest = rest[..question];
        }

        if (!rest.StartsWith('/'))
        {
            if (url.Scheme.Length > 0)
            {
                url.Opaque = rest;
                return url;
            }

            if (rest.Split('/')[0].Contains(':')) throw new GoError("first path segment in URL cannot contain colon");
        }

        if (rest.StartsWith("//", StringComparison.Ordinal) && (url.Scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            var slash = rest.IndexOf('/', 2);
            url.Authority(slash < 0 ? rest[2..] : rest[2..slash]);
            rest = slash < 0 ? "" : rest[slash..];
        }

        url.Path = Unescape(rest, Part.Path);
        return url;
    }

    private static int SchemeLength(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsAsciiLetter(c)) continue;
            if (char.IsAsciiDigit(c) || c is '+' or '-' or '.')
            {
                if (i == 0) return -1;
                continue;
            }

            if (c != ':') return -1;
            return i == 0 ? throw new GoError("missing protocol scheme") : i;
        }

        return -1;
    }

    private void Authority(string authority)
    {
        var at = authority.LastIndexOf('@');
        Host = ReadHost(authority[(at + 1)..]);
        if (at < 0) return;
        var user = authority[..at];
        if (!user.All(c => char.IsAsciiLetterOrDigit(c) || "-._:~!$&'()*+,;=%@".Contains(c)))
        {
            throw new GoError("net/url: invalid userinfo");
        }

        var colon = user.IndexOf(':', StringComparison.Ordinal);
        User = Escape(Unescape(colon < 0 ? user : user[..colon], Part.UserPassword), Part.UserPassword);
        if (colon >= 0) User += ":" + Escape(Unescape(user[(colon + 1)..], Part.UserPassword), Part.UserPassword);
    }

    private static string ReadHost(string host)
    {
        if (host.StartsWith('['))
        {
            var end = host.LastIndexOf(']');
            if (end < 0) throw new GoError("missing ']' in host");
            CheckPort(host[(end + 1)..]);
            var zone = host.IndexOf("%25", StringComparison.Ordinal);
            if (zone >= 0 && zone < end)
            {
                return Unescape(host[..zone], Part.Host) + Unescape(host[zone..end], Part.Zone) + Unescape(host[end..], Part.Host);
            }
        }
        else if (host.LastIndexOf(':') is var colon and >= 0)
        {
            CheckPort(host[colon..]);
        }

        return Unescape(host, Part.Host);
    }

    private static void CheckPort(string port)
    {
        if (!IsPort(port)) throw new GoError($"invalid port {GoQuote.Quote(port)} after host");
    }

    private static bool IsPort(string port) => port.Length == 0 || (port[0] == ':' && port.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0);

    private static string Unescape(string text, Part part)
    {
        var percent = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%')
            {
                percent++;
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                {
                    throw InvalidEscape(text[i..Math.Min(i + 3, text.Length)]);
                }

                var value = Convert.ToByte(text.Substring(i + 1, 2), 16);
                var isPercent = value == '%';
                if (part == Part.Host && value < 0x80 && !isPercent) throw InvalidEscape(text.Substring(i, 3));
                if (part == Part.Zone && !isPercent && value != ' ' && ShouldEscape(value, Part.Host))
                {
                    throw InvalidEscape(text.Substring(i, 3));
                }

                i += 2;
            }
            else if (part is Part.Host or Part.Zone && c < 0x80 && ShouldEscape((byte)c, part))
            {
                throw new GoError($"invalid character {GoQuote.Quote(c.ToString())} in host name");
            }
        }

        if (percent == 0) return text;
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else if (text[i] < 0x80)
            {
                bytes.Add((byte)text[i]);
            }
            else
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(GoText.GetBytes(text.Substring(i, length)));
                i += length - 1;
            }
        }

        return GoText.FromBytes(bytes.ToArray());
    }

    private static GoError InvalidEscape(string text) => new($"invalid URL escape {GoQuote.Quote(text)}");

    private static string Escape(string text, Part part)
    {
        var to = new StringBuilder(text.Length + 8);
        foreach (var b in GoText.GetBytes(text))
        {
            if (ShouldEscape(b, part)) to.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            else to.Append((char)b);
        }

        return to.ToString();
    }

    private static bool ShouldEscape(byte b, Part part)
    {
        var c = (char)b;
        if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~') return false;
        return part switch
        {
            Part.Host or Part.Zone => !"!$&'()*+,;=:[]<>\"".Contains(c),
            Part.Path => !"$&+,/:;=@".Contains(c),
            Part.UserPassword => !"$&+,;=".Contains(c),
            _ => !"$&+,/:;=?@!()*".Contains(c),
        };
    }
}
