namespace Plumb.Server.Access.Http;

/// <summary>Names of the ways to be known.</summary>
internal static class AccessSchemes
{
    /// <summary>Chooses one of the others for a request.</summary>
    public const string Any = "plumb-any";

    /// <summary>The page's cookie.</summary>
    public const string Cookie = "plumb-cookie";

    /// <summary>A bearer token.</summary>
    public const string Token = "plumb-token";

    /// <summary>No sign-in is asked for.</summary>
    public const string Open = "plumb-open";

    /// <summary>The identity provider.</summary>
    public const string OpenId = "oidc";
}
