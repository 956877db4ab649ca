namespace Plumb.Commands.Contexts;

/// <summary>Tokens as a header can carry them.</summary>
internal static class BearerToken
{
    private const int MaxLength = 4096;

    /// <summary>The same token, when it can be one.</summary>
    /// <exception cref="UsageException">It cannot. The token is not repeated.</exception>
    public static string Check(string token, string where)
    {
        // RFC 6750, section 2.1: letters, digits and -._~+/ with = at the end. Others of visible ASCII harm nobody.
        if (token.Length is > 0 and <= MaxLength && token.All(c => c is > ' ' and <= '~')) return token;
        throw new UsageException($"what {where} holds is no token: it has to be 1 to {MaxLength} characters without spaces, such as `plumb token create` prints");
    }
}
