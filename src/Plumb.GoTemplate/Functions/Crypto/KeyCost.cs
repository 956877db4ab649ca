namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>
/// What making keys and hashing passwords costs on average, in milliseconds of a usual processor (measured on one of 2023). It counts towards
/// <see cref="TemplateLimits.MaxKeyCost"/>. Keys are searched for by all processors at once; hashing, which cannot be spread, counts half as much
/// again.
/// </summary>
public static class KeyCost
{
    /// <summary>An RSA key of 2,048 bits, as of each certificate.</summary>
    public const int Rsa2048 = 75;

    /// <summary>An RSA key of 4,096 bits, as of <c>genPrivateKey "rsa"</c>.</summary>
    public const int Rsa4096 = 600;

    /// <summary>A DSA key with parameters of its own.</summary>
    public const int Dsa = 500;

    /// <summary>A key on an elliptic curve.</summary>
    public const int Elliptic = 1;

    /// <summary>A password hashed by bcrypt in 2^10 rounds.</summary>
    public const int Bcrypt = 130;

    /// <summary>A password derived by scrypt with 32,768 rounds.</summary>
    public const int Scrypt = 310;
}
