using System.Net;

namespace Plumb.Sandbox.Kinds;

/// <summary>Checks of IP addresses, in the API server's words.</summary>
internal static class Addresses
{
    public const string Problem = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    public const string CidrProblem = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    public static bool IsAddress(string text) => IPAddress.TryParse(text, out _) && (text.Contains(':') || text.Count(c => c == '.') == 3);

    /// <summary>An address that traffic can be sent to: not this machine, not multicast, not link-local.</summary>
    public static void ValidateEndpoint(string text, string field, Faults faults)
    {
        if (!IsAddress(text))
        {
            faults.Invalid(field, text, Problem);
            return;
        }

        var address = IPAddress.Parse(text);
        var bytes = address.GetAddressBytes();
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) faults.Invalid(field, text, $"may not be unspecified ({text})");
        if (IPAddress.IsLoopback(address)) faults.Invalid(field, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        if (address.IsIPv6LinkLocal || bytes is [169, 254, ..]) faults.Invalid(field, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        if (bytes is [224, 0, 0, _] || (address.IsIPv6Multicast && bytes[1] == 2))
            faults.Invalid(field, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
}
