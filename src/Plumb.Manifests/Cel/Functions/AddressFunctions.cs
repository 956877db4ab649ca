using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumb.Manifests.Cel.Runtime;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Kubernetes' IP addresses and ranges. Addresses with zones, leading zeros or IPv4 inside IPv6 are refused, as there.</summary>
internal static class AddressFunctions
{
    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Global("ip", static (a, _) => !a.Are(CelType.String) ? null
            : ParseIp(a[0].Text) is { } ip ? new CelValue(CelType.Ip, 0, ip) : CelValue.Fault($"IP Address \"{a[0].Text}\" cannot be parsed")),
        Global("isIP", static (a, _) => a.Are(CelType.String) ? CelValue.Of(ParseIp(a[0].Text) is not null) : null),
        Global("ip.isCanonical", static (a, _) => !a.Are(CelType.String) ? null
            : ParseIp(a[0].Text) is { } ip ? CelValue.Of(ip.ToString() == a[0].Text) : CelValue.Fault($"IP Address \"{a[0].Text}\" cannot be parsed")),
        Ip("family", static ip => CelValue.Of(ip.AddressFamily == AddressFamily.InterNetwork ? 4L : 6L)),
        Ip("isUnspecified", static ip => CelValue.Of(ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))),
        Ip("isLoopback", static ip => CelValue.Of(IPAddress.IsLoopback(ip))),
        Ip("isLinkLocalMulticast", static ip => CelValue.Of(IsLinkLocalMulticast(ip))),
        Ip("isLinkLocalUnicast", static ip => CelValue.Of(IsLinkLocalUnicast(ip))),
        Ip("isGlobalUnicast", static ip => CelValue.Of(IsGlobalUnicast(ip))),
        Global("cidr", static (a, _) => !a.Are(CelType.String) ? null
            : ParseCidr(a[0].Text) is { } cidr ? new CelValue(CelType.Cidr, 0, cidr) : CelValue.Fault($"network address parse error: \"{a[0].Text}\"")),
        Global("isCIDR", static (a, _) => a.Are(CelType.String) ? CelValue.Of(ParseCidr(a[0].Text) is not null) : null),
        Member("containsIP", ContainsIp), Member("containsCIDR", ContainsCidr),
        Member("ip", static (a, _) => a.Are(CelType.Cidr) ? new CelValue(CelType.Ip, 0, ((CelCidr)a[0].Reference!).Address) : null),
        Member("masked", static (a, _) => a.Are(CelType.Cidr) ? new CelValue(CelType.Cidr, 0, ((CelCidr)a[0].Reference!).Masked()) : null),
        Member("prefixLength", static (a, _) => a.Are(CelType.Cidr) ? CelValue.Of((long)((CelCidr)a[0].Reference!).Bits) : null),
    ];

    private static CelFunctionEntry Ip(string name, Func<IPAddress, CelValue> part) =>
        Member(name, (a, _) => a.Are(CelType.Ip) ? part((IPAddress)a[0].Reference!) : null);

    private static IPAddress? ParseIp(string text)
    {
        if (text.Contains('%') || text.Contains('[') || !IPAddress.TryParse(text, out var ip)) return null;
        if (text.Contains(':')) return ip.IsIPv4MappedToIPv6 || text.Contains('.') ? null : ip;
        var parts = text.Split('.');
        return parts.Length == 4 && Array.TrueForAll(parts, p => p.Length is > 0 and <= 3 && p.All(char.IsAsciiDigit) && (p == "0" || p[0] != '0')) ? ip : null;
    }

    private static CelCidr? ParseCidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || ParseIp(text[..slash]) is not { } ip) return null;
        var bits = text[(slash + 1)..];
        return int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= ip.GetAddressBytes().Length * 8 && (bits == "0" || bits[0] != '0')
                ? new CelCidr(ip, length)
                : null;
    }

    private static CelValue? ContainsIp(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (a.Are(CelType.Cidr, CelType.Ip)) return CelValue.Of(((CelCidr)a[0].Reference!).Contains((IPAddress)a[1].Reference!));
        if (!a.Are(CelType.Cidr, CelType.String)) return null;
        return ParseIp(a[1].Text) is { } ip
            ? CelValue.Of(((CelCidr)a[0].Reference!).Contains(ip))
            : CelValue.Fault($"IP Address \"{a[1].Text}\" cannot be parsed");
    }

    private static CelValue? ContainsCidr(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        var inner = a.Are(CelType.Cidr, CelType.Cidr) ? (CelCidr)a[1].Reference! : null;
        if (inner is null)
        {
            if (!a.Are(CelType.Cidr, CelType.String)) return null;
            inner = ParseCidr(a[1].Text);
            if (inner is null) return CelValue.Fault($"network address parse error: \"{a[1].Text}\"");
        }

        var outer = (CelCidr)a[0].Reference!;
        return CelValue.Of(outer.Bits <= inner.Bits && outer.Contains(inner.Address));
    }

    private static bool IsLinkLocalMulticast(IPAddress ip)
    {
        var b = ip.GetAddressBytes();
        return b.Length == 4 ? b is [224, 0, 0, _] : b[0] == 0xff && (b[1] & 0x0f) == 2;
    }

    private static bool IsLinkLocalUnicast(IPAddress ip)
    {
        var b = ip.GetAddressBytes();
        return b.Length == 4 ? b is [169, 254, _, _] : b[0] == 0xfe && (b[1] & 0xc0) == 0x80;
    }

    private static bool IsGlobalUnicast(IPAddress ip)
    {
        var b = ip.GetAddressBytes();
        var isMulticast = b.Length == 4 ? (b[0] & 0xf0) == 0xe0 : b[0] == 0xff;
        return !isMulticast && !IPAddress.IsLoopback(ip) && !IsLinkLocalUnicast(ip) && !ip.Equals(IPAddress.Any)
            && !ip.Equals(IPAddress.IPv6Any) && !ip.Equals(IPAddress.Broadcast);
    }
}
