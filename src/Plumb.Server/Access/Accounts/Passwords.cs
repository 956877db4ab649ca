using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Plumb.Store.Access;

namespace Plumb.Server.Access.Accounts;

/// <summary>What a password was found to be.</summary>
internal enum PasswordVerdict
{
    /// <summary>Not the account's.</summary>
    Wrong,

    /// <summary>The account's.</summary>
    Right,

    /// <summary>The account's, but hashed with fewer rounds than are used now: hash it anew.</summary>
    RightButWeak,
}

/// <summary>
/// Hashes passwords (PBKDF2 with HMAC-SHA512, a salt for each, ASP.NET Core Identity's format) and keeps more than a few from being hashed at
/// the same time: each costs a good part of a second of a processor, on purpose.
/// </summary>
internal sealed class Passwords : IDisposable
{
    /// <summary>Shortest password, in characters.</summary>
    public const int MinLength = 12;

    /// <summary>Longest password, in characters.</summary>
    public const int MaxLength = 200;

    private readonly PasswordHasher<StoredAccount> _hasher;
    private readonly SemaphoreSlim _places = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly StoredAccount _nobody = new() { Name = "", Kind = "local", CreatedAt = default };
    private readonly string _nobodysHash;

    /// <summary>Passwords with so many rounds.</summary>
    public Passwords(AccessOptions options)
    {
        _hasher = new PasswordHasher<StoredAccount>(Options.Create(new PasswordHasherOptions { IterationCount = options.PasswordRounds }));
        _nobodysHash = _hasher.HashPassword(_nobody, Secrets.New());
    }

    /// <summary>Why it cannot be a password; null when it can.</summary>
    public static string? Fault(string password)
    {
        if (password.Length is < MinLength or > MaxLength)
            return $"the password has {password.Length} characters; use {MinLength} to {MaxLength}";
        return string.IsNullOrWhiteSpace(password) ? "the password is only white space; use other characters too" : null;
    }

    /// <summary>Hashes a password.</summary>
    public Task<string> HashAsync(string password, CancellationToken ct) => WorkAsync(() => _hasher.HashPassword(_nobody, password), ct);

    /// <summary>Whether it is the account's. Takes as long for no account, or one without a password, so that nobody can tell them apart.</summary>
    public async Task<PasswordVerdict> VerifyAsync(StoredAccount? account, string password, CancellationToken ct)
    {
        var hash = account?.PasswordHash is { Length: > 0 } own ? own : _nobodysHash;
        // A very long one would be hashed in full; none is that long.
        var given = password.Length <= MaxLength ? password : "";
        var verdict = await WorkAsync(() => _hasher.VerifyHashedPassword(_nobody, hash, given), ct);
        if (ReferenceEquals(hash, _nobodysHash)) return PasswordVerdict.Wrong;
        return verdict switch
        {
            PasswordVerificationResult.Success => PasswordVerdict.Right,
            PasswordVerificationResult.SuccessRehashNeeded => PasswordVerdict.RightButWeak,
            _ => PasswordVerdict.Wrong,
        };
    }

    /// <summary>Ends the use of the places.</summary>
    public void Dispose() => _places.Dispose();

    private async Task<T> WorkAsync<T>(Func<T> work, CancellationToken ct)
    {
        await _places.WaitAsync(ct);
        try
        {
            return await Task.Run(work, ct);
        }
        finally
        {
            _places.Release();
        }
    }
}
