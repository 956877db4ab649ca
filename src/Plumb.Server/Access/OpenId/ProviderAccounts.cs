using System.Security.Claims;
using Plumb.Server.Access.Accounts;
using Plumb.Server.Access.Auditing;
using Plumb.Server.Access.Policy;
using Plumb.Store.Access;

namespace Plumb.Server.Access.OpenId;

/// <summary>
/// Makes people of the identity provider known here. A name belongs to whom the provider first gave it (<c>sub</c>): neither a local account
/// nor another person's can be had by changing an address at the provider.
/// </summary>
internal sealed class ProviderAccounts(AccountBook book, Rights rights, OpenIdOptions options, AuditTrail audit, TimeProvider time)
{
    private const int MaxText = 200;
    private const int MaxGroups = 500;

    /// <summary>The account of who the provider says that signed in.</summary>
    /// <param name="person">Its claims.</param>
    /// <param name="from">Network address.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The account, or the code for the sign-in page of why there is none.</returns>
    public async Task<(StoredAccount? Account, string Error)> AdmitAsync(ClaimsPrincipal person, string from, CancellationToken ct)
    {
        var subject = person.FindFirst("sub")?.Value ?? "";
        var name = Name(person);
        Task Note(AuditOutcome outcome, string detail) => audit.RecordAsync(
            new AuditEntry { Who = name.Length > 0 ? name : subject, Method = "oidc", From = from, Action = "sign-in", Subject = name, Outcome = outcome, Detail = detail }, ct);

        if (subject.Length == 0 || name.Length is 0 or > MaxText || name.Any(char.IsControl) || !Rights.IsOutside(name) || name == BuiltInPolicy.AdminAccount)
        {
            await Note(AuditOutcome.Refused, $"the identity provider gives no usable {options.NameClaim}");
            return (null, "no-name");
        }

        var now = time.GetUtcNow();
        var fresh = new StoredAccount { Name = name, Kind = "oidc", Subject = subject, CreatedAt = now };
        await book.TryAddAsync(fresh, ct);
        var account = await book.ChangeAsync(
            name,
            a => a.Kind != "oidc" || a.Subject != subject ? a : a with
            {
                DisplayName = Shown(person.FindFirst("name")?.Value),
                Groups = Groups(person),
                LastSignInAt = a.Enabled ? now : a.LastSignInAt,
            },
            ct);
        if (account is not { Kind: "oidc" } || account.Subject != subject)
        {
            await Note(AuditOutcome.Refused, "the name belongs to another account");
            return (null, "name-taken");
        }

        if (!account.Enabled)
        {
            await Note(AuditOutcome.Refused, "the account is disabled");
            return (null, "disabled");
        }

        await Note(AuditOutcome.Done, "");
        return (account, "");
    }

    private string Name(ClaimsPrincipal person) =>
        options.NameClaim == "email" && !IsVerified(person) ? "" : person.FindFirst(options.NameClaim)?.Value.Trim() ?? "";

    /// <summary>An address that the provider itself says it did not check could be anybody's.</summary>
    private static bool IsVerified(ClaimsPrincipal person) =>
        !string.Equals(person.FindFirst("email_verified")?.Value, "false", StringComparison.OrdinalIgnoreCase);

    private string[] Groups(ClaimsPrincipal person) =>
    [
        .. rights.Scopes.Prepend(options.GroupsClaim).Distinct(StringComparer.Ordinal)
            .Where(claim => claim != "email" || IsVerified(person))
            .SelectMany(claim => person.FindAll(claim).Select(c => c.Value))
            .Where(g => g.Length is > 0 and <= MaxText && Rights.IsOutside(g) && !g.Any(char.IsControl))
            .Distinct(StringComparer.Ordinal).Take(MaxGroups).Order(StringComparer.Ordinal),
    ];

    private static string Shown(string? name) => name is null ? "" : new string([.. name.Where(c => !char.IsControl(c)).Take(MaxText)]);
}
