using System.Net;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>An address and how many of its leading bits name the network.</summary>
internal sealed record CelCidr(IPAddress Address, int Bits)
{
    public bool Contains(IPAddress ip) => ip.AddressFamily == Address.AddressFamily && Mask(ip).Equals(Mask(Address));

    public CelCidr Masked() => new(Mask(Address), Bits);

    public override string ToString() => $"{Address}/{Bits}";

    private IPAddress Mask(IPAddress ip)
    {
        var bytes = ip.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var keep = Math.Clamp(Bits - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - keep));
        }

        return new IPAddress(bytes);
    }
}
