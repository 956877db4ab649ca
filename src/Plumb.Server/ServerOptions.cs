using System.Net;
using Plumb.Server.Composition;

namespace Plumb.Server;

/// <summary>Settings of the server.</summary>
public sealed record ServerOptions
{
    /// <summary>Where <c>plumb app …</c> looks for a server.</summary>
    public const int DefaultPort = 8484;

    /// <summary>What the loop runs on.</summary>
    public required EngineOptions Engine { get; init; }

    /// <summary>Where everything begins.</summary>
    public required RootAddress Root { get; init; }

    /// <summary>Name of the root application. Default: <c>root</c>.</summary>
    public string RootName { get; init; } = "root";

    /// <summary>
    /// Address to listen on. On more than loopback one must sign in. Port 0 takes a free one. Default: 127.0.0.1:8484.
    /// </summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>Who may come in, and how. Default: everybody of this machine, when it listens on loopback.</summary>
    public Access.AccessOptions Access { get; init; } = new();
}
