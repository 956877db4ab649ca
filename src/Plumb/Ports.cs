using System.Net;
using System.Net.Sockets;

namespace Plumb.Commands;

/// <summary>TCP ports on the loopback address.</summary>
internal static class Ports
{
    public static int Check(int port) =>
        port is >= 0 and <= 65535 ? port : throw new UsageException($"the port {port} is not from 0 to 65535");

    /// <summary>Whether a listener could take the port now.</summary>
    public static bool IsFree(int port)
    {
        if (port == 0) return true;
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
