namespace Plumb.Commands.Contexts;

/// <summary>Addresses of servers.</summary>
internal static class ServerAddress
{
    /// <summary>The one that <c>plumb serve</c> and <c>plumb demo</c> use unless told otherwise.</summary>
    public const string Usual = "http://127.0.0.1:8484";

    /// <summary>Reads an address; it ends in a slash, so that paths may be added.</summary>
    /// <exception cref="UsageException">It is none, or one that holds more than an address.</exception>
    public static Uri Parse(string text)
    {
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new UsageException($"the server's address {text} is not a URL; write one such as {Usual}");
        // It is not repeated: it may hold a password.
        if (address.UserInfo.Length > 0) throw new UsageException("the server's address holds a name or password; leave them out, and sign in with `plumb login`");
        if (address.Query.Length > 0 || address.Fragment.Length > 0) throw new UsageException("the server's address ends in a query; leave out what follows its path");
        return address;
    }

    /// <summary>As people write it, without a slash at the end.</summary>
    public static string Text(Uri address) => address.ToString().TrimEnd('/');

    /// <summary>Same scheme, host and port: to these a token may go, and nowhere else.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is said there can be read on the way.</summary>
    public static bool IsOpenToOthers(Uri address) => address.Scheme == "http" && !address.IsLoopback;
}
