using Plumb.Server.Access.Auditing;
using Plumb.Server.Access.Policy;
using Plumb.Store.Access;

namespace Plumb.Server.Access.Accounts;

/// <summary>The first start with sign-in makes the account <c>admin</c>, so that somebody can come in.</summary>
internal sealed class FirstAccount(AccountBook book, Passwords passwords, AccessOptions options, AuditTrail audit, TimeProvider time)
{
    /// <summary>Makes it when there is no account at all.</summary>
    /// <returns>Its password when it was made up, to be shown once and never kept; null otherwise.</returns>
    /// <exception cref="ArgumentException">The password in the file cannot be one.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<string?> MakeAsync(CancellationToken ct)
    {
        if (book.Accounts.Any()) return null;
        var given = await ReadAsync(ct);
        var password = given ?? Secrets.NewPassword();
        await book.TryAddAsync(
            new StoredAccount
            {
                Name = BuiltInPolicy.AdminAccount,
                Kind = "local",
                PasswordHash = await passwords.HashAsync(password, ct),
                CreatedAt = time.GetUtcNow(),
            },
            ct);
        await audit.RecordAsync(
            new AuditEntry { Who = "plumb", Method = "plumb", Action = "account.create", Subject = BuiltInPolicy.AdminAccount, Detail = "at the first start" }, ct);
        return given is null ? password : null;
    }

    /// <summary>Why the file does not do; null when it does or is not needed. For finding out before the server listens.</summary>
    public async Task CheckAsync(CancellationToken ct)
    {
        if (!book.Accounts.Any()) await ReadAsync(ct);
    }

    private async Task<string?> ReadAsync(CancellationToken ct)
    {
        if (options.AdminPasswordFile is not { } file) return null;
        string password;
        try
        {
            password = (await File.ReadAllTextAsync(file, ct)).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the first password of admin cannot be read: {e.Message.TrimEnd('.')}. Name a file that is there with --admin-password-file", e);
        }

        return Passwords.Fault(password) is { } fault ? throw new ArgumentException($"{file}: {fault}") : password;
    }
}
