using Plumb.Api;
using Plumb.Server.Access.Auditing;
using Plumb.Server.Access.Policy;
using Plumb.Store.Access;

namespace Plumb.Server.Access.Accounts;

/// <summary>
/// Accounts, tokens and sign-ins as a caller may see and change them. What may not be, or is not there, ends in a
/// <see cref="PlumbApiException"/> with status 400, 403, 404 or 409. Records changes, and changes that were refused, in the audit trail.
/// </summary>
public sealed partial class AccountAdmin
{
    private const string Resource = "accounts";

    private readonly AccountBook _book;
    private readonly Passwords _passwords;
    private readonly SignInThrottle _throttle;
    private readonly Rights _rights;
    private readonly AuditTrail _audit;
    private readonly Callers _callers;
    private readonly SessionKeeper _sessions;
    private readonly TimeProvider _time;

    internal AccountAdmin(AccountBook book, Passwords passwords, SignInThrottle throttle, Rights rights, AuditTrail audit, Callers callers,
        SessionKeeper sessions, TimeProvider time)
    {
        (_book, _passwords, _throttle, _rights) = (book, passwords, throttle, rights);
        (_audit, _callers, _sessions, _time) = (audit, callers, sessions, time);
    }

    /// <summary>Accounts that the caller may see (<c>accounts, get</c>); their own always. By name.</summary>
    public Task<IReadOnlyList<AccountRecord>> ListAccountsAsync(Caller caller, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<AccountRecord>>(
            [.. _book.Accounts.Where(a => Sees(caller, a.Name)).OrderBy(a => a.Name, StringComparer.Ordinal).Select(Record)]);

    /// <summary>Makes a local account (<c>accounts, create</c>).</summary>
    public async Task<AccountRecord> CreateAccountAsync(Caller caller, AccountBody body, CancellationToken ct)
    {
        if (AccountNames.Fault(body.Name) is { } fault) throw Refusals.BadRequest(fault);
        await DemandAsync(caller, Resource, "create", body.Name, "account.create", ct);
        if (body.Password is not null && Passwords.Fault(body.Password) is { } weak) throw Refusals.BadRequest(weak);
        if (AccountNames.GroupFault(body.Groups) is { } group) throw Refusals.BadRequest(group);
        var account = new StoredAccount
        {
            Name = body.Name,
            Kind = "local",
            PasswordHash = body.Password is null ? "" : await _passwords.HashAsync(body.Password, ct),
            Groups = Ordered(body.Groups),
            CreatedAt = _time.GetUtcNow(),
        };
        if (!await _book.TryAddAsync(account, ct))
            throw Refusals.Conflict($"there is an account {body.Name} already; take another name, or delete that one first");
        await NoteAsync(caller, "account.create", body.Name, body.Groups.Count > 0 ? $"in the groups {string.Join(", ", account.Groups)}" : "", ct);
        return Record(account);
    }

    /// <summary>Enables, disables or regroups an account (<c>accounts, update</c>). Disabling ends its sessions.</summary>
    public async Task<AccountRecord> ChangeAccountAsync(Caller caller, string name, AccountPatch patch, CancellationToken ct)
    {
        var account = Seen(caller, name);
        await DemandAsync(caller, Resource, "update", name, "account.update", ct);
        if (patch.Enabled == false && name == caller.Name)
            throw Refusals.Conflict($"{name} is your own account; somebody else must disable it, so that nobody locks themselves out");
        if (patch.Groups is not null && account.Kind != "local")
            throw Refusals.Conflict($"the groups of {name} come from the identity provider; change them there");
        if (patch.Groups is not null && AccountNames.GroupFault(patch.Groups) is { } fault) throw Refusals.BadRequest(fault);

        var changed = await _book.ChangeAsync(
            name,
            a => a with { Enabled = patch.Enabled ?? a.Enabled, Groups = patch.Groups is null ? a.Groups : Ordered(patch.Groups) },
            ct) ?? throw NoAccount(name);
        if (!changed.Enabled) await _book.EndSessionsAsync(s => s.Account == name, ct);
        var words = new List<string>();
        if (changed.Enabled != account.Enabled) words.Add(changed.Enabled ? "enabled" : "disabled");
        if (!changed.Groups.SequenceEqual(account.Groups)) words.Add($"groups {string.Join(", ", account.Groups)} become {string.Join(", ", changed.Groups)}");
        await NoteAsync(caller, "account.update", name, string.Join("; ", words), ct);
        return Record(changed);
    }

    /// <summary>Deletes an account with its tokens and sessions (<c>accounts, delete</c>).</summary>
    public async Task DeleteAccountAsync(Caller caller, string name, CancellationToken ct)
    {
        Seen(caller, name);
        await DemandAsync(caller, Resource, "delete", name, "account.delete", ct);
        if (name == caller.Name)
            throw Refusals.Conflict($"{name} is your own account; somebody else must delete it, so that nobody locks themselves out");
        await _book.DeleteAsync(name, ct);
        await NoteAsync(caller, "account.delete", name, "with its tokens and sessions", ct);
    }

    /// <summary>Sets a password: one's own with the present one, another's with <c>accounts, update</c>. Ends the account's other sessions.</summary>
    public async Task SetPasswordAsync(Caller caller, string name, PasswordBody body, CancellationToken ct)
    {
        var account = Seen(caller, name);
        // Who has no password yet cannot show it: then it takes the right to change accounts.
        var own = name == caller.Name && account.PasswordHash.Length > 0;
        if (!own) await DemandAsync(caller, Resource, "update", name, "account.password", ct);
        if (account.Kind != "local") throw Refusals.Conflict($"{name} signs in through the identity provider and has no password here");
        if (Passwords.Fault(body.Password) is { } fault) throw Refusals.BadRequest(fault);
        if (own) await CheckPresentAsync(caller, account, body.Present, ct);

        var hash = await _passwords.HashAsync(body.Password, ct);
        if (await _book.ChangeAsync(name, a => a with { PasswordHash = hash }, ct) is null) throw NoAccount(name);
        await _book.EndSessionsAsync(s => s.Account == name && s.Id != caller.SessionId, ct);
        await NoteAsync(caller, "account.password", name, "", ct);
    }

    /// <summary>The caller's sessions, and those of accounts that they may see; latest first.</summary>
    public Task<IReadOnlyList<SignInRecord>> ListSignInsAsync(Caller caller, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<SignInRecord>>(
        [
            .. _book.Sessions.Where(s => _sessions.IsLive(s) && Sees(caller, s.Account)).OrderByDescending(s => s.CreatedAt).Select(s => new SignInRecord
            {
                Id = s.Id,
                Name = s.Account,
                Method = s.Method,
                CreatedAt = s.CreatedAt,
                ExpiresAt = s.ExpiresAt,
                LastSeenAt = s.LastSeenAt,
                From = s.From,
                Agent = s.Agent,
                Present = s.Id == caller.SessionId,
            }),
        ]);

    /// <summary>Ends a session at once: one's own, another's with <c>accounts, update</c>.</summary>
    public async Task EndSignInAsync(Caller caller, string id, CancellationToken ct)
    {
        if (_book.Session(id) is not { } session || !Sees(caller, session.Account)) throw Refusals.NotFound($"there is no session {id}; it may have ended already");
        if (session.Account != caller.Name) await DemandAsync(caller, Resource, "update", session.Account, "session.end", ct);
        await _book.EndSessionsAsync(s => s.Id == id, ct);
        await NoteAsync(caller, "session.end", session.Account, $"session {id}", ct);
    }

    private async Task CheckPresentAsync(Caller caller, StoredAccount account, string? present, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(present)) throw Refusals.BadRequest("give the present password too: nobody else at your screen must be able to change it");
        var (wait, _) = _throttle.Begin(account.Name, caller.From);
        if (wait > TimeSpan.Zero)
            throw new PlumbApiException($"too many wrong passwords; try again in {Math.Ceiling(wait.TotalSeconds)} s", System.Net.HttpStatusCode.TooManyRequests);
        if (await _passwords.VerifyAsync(account, present, ct) == PasswordVerdict.Wrong)
        {
            await _audit.RecordAsync(AuditEntry.By(caller, "account.password", account.Name, AuditOutcome.Failed, "the present password is wrong"), ct);
            throw Refusals.Forbidden("the present password is wrong");
        }

        _throttle.Succeeded(account.Name, caller.From);
    }

    private bool Sees(Caller caller, string name) => name == caller.Name || _rights.May(caller, Resource, "get", name);

    /// <summary>The account; not there is the same as not to be seen.</summary>
    private StoredAccount Seen(Caller caller, string name) =>
        _book.Account(name) is { } account && Sees(caller, name) ? account : throw NoAccount(name);

    private async Task DemandAsync(Caller caller, string resource, string action, string subject, string what, CancellationToken ct)
    {
        if (_rights.May(caller, resource, action, subject)) return;
        await _audit.RecordAsync(AuditEntry.By(caller, what, subject, AuditOutcome.Refused, $"needs \"{resource}, {action}, {subject}\""), ct);
        throw Refusals.Forbidden(caller, resource, action, subject);
    }

    private Task NoteAsync(Caller caller, string action, string subject, string detail, CancellationToken ct) =>
        _audit.RecordAsync(AuditEntry.By(caller, action, subject, AuditOutcome.Done, detail), ct);

    private static PlumbApiException NoAccount(string name) => Refusals.NotFound($"there is no account {name}");

    private static string[] Ordered(IReadOnlyList<string> groups) => [.. groups.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static AccountRecord Record(StoredAccount account) => new()
    {
        Name = account.Name,
        Kind = account.Kind,
        Enabled = account.Enabled,
        HasPassword = account.PasswordHash.Length > 0,
        Groups = account.Groups,
        CreatedAt = account.CreatedAt,
        LastSignInAt = account.LastSignInAt,
    };
}
