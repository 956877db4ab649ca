using Plumb.Api;
using Plumb.Server.Access.Auditing;
using Plumb.Store.Access;

namespace Plumb.Server.Access.Accounts;

/// <summary>Tokens of programs.</summary>
public sealed partial class AccountAdmin
{
    private const int MaxDescription = 200;
    private const int MostForSubject = 200;

    /// <summary>The caller's tokens, those of accounts that they may see, and those of roles of projects that they may see; latest first.</summary>
    public Task<IReadOnlyList<TokenRecord>> ListTokensAsync(Caller caller, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<TokenRecord>>(
            [.. _book.Tokens.Where(t => SeesTokensOf(caller, t.Subject)).OrderByDescending(t => t.CreatedAt).Select(Record)]);

    /// <summary>Makes a token: for oneself, with <c>accounts, update</c> for another, with <c>projects, update</c> for a project's role.</summary>
    public async Task<NewTokenRecord> CreateTokenAsync(Caller caller, TokenBody body, CancellationToken ct)
    {
        var subject = body.Subject.Length > 0 ? body.Subject : caller.Name;
        if (body.Description.Length > MaxDescription) throw Refusals.BadRequest($"the description is longer than {MaxDescription} characters");
        if (body.ExpiresAt <= _time.GetUtcNow()) throw Refusals.BadRequest($"the token would end at {body.ExpiresAt:u}, which is past");
        var ofProject = ProjectSubject.TryParse(subject, out _, out _);
        await DemandTokenRightAsync(caller, subject, "token.create", ct);
        if (ofProject ? !_callers.HasRole(subject) : _book.Account(subject) is null)
            throw Refusals.NotFound(ofProject ? $"there is no role {subject}; the project must state it" : $"there is no account {subject}");
        // A token that was lent for a while must not be made one for ever.
        if (caller is { Method: "token", ExpiresAt: { } end } && (body.ExpiresAt is null || body.ExpiresAt > end))
            throw Refusals.Forbidden($"a token that ends at {end:u} cannot make one that lasts longer; sign in to make it");
        if (_book.Tokens.Count(t => t.Subject == subject) >= MostForSubject)
            throw Refusals.Conflict($"{subject} has {MostForSubject} tokens; revoke some that are not used any more");
        return await IssueAsync(caller, subject, body.Description, body.ExpiresAt, ct);
    }

    /// <summary>Revokes a token at once, by the same rights.</summary>
    public async Task RevokeTokenAsync(Caller caller, string id, CancellationToken ct)
    {
        if (_book.Token(id) is not { } token || !SeesTokensOf(caller, token.Subject)) throw Refusals.NotFound($"there is no token {id}");
        await DemandTokenRightAsync(caller, token.Subject, "token.revoke", ct);
        await _book.DeleteTokenAsync(id, ct);
        await NoteAsync(caller, "token.revoke", token.Subject, $"token {id}", ct);
    }

    /// <summary>Makes a token for who just signed in, without asking for rights.</summary>
    internal async Task<NewTokenRecord> IssueAsync(Caller caller, string subject, string description, DateTimeOffset? expiresAt, CancellationToken ct)
    {
        var secret = Secrets.New();
        var token = new StoredToken
        {
            Id = Secrets.NewId(),
            Subject = subject,
            Description = description,
            Hash = Secrets.Hash(secret),
            CreatedAt = _time.GetUtcNow(),
            CreatedBy = caller.Name,
            ExpiresAt = expiresAt,
        };
        if (!await _book.TryAddAsync(token, forAccount: !ProjectSubject.TryParse(subject, out _, out _), ct)) throw NoAccount(subject);
        await NoteAsync(caller, "token.create", subject, $"token {token.Id}, " + (expiresAt is { } end ? $"until {end:u}" : "without an end"), ct);
        return new NewTokenRecord(Record(token), Secrets.Token(token.Id, secret));
    }

    private bool SeesTokensOf(Caller caller, string subject) =>
        ProjectSubject.TryParse(subject, out var project, out _) ? _rights.May(caller, "projects", "get", project) : Sees(caller, subject);

    private Task DemandTokenRightAsync(Caller caller, string subject, string what, CancellationToken ct)
    {
        if (ProjectSubject.TryParse(subject, out var project, out _)) return DemandAsync(caller, "projects", "update", project, what, ct);
        return subject == caller.Name && !caller.IsOpen ? Task.CompletedTask : DemandAsync(caller, Resource, "update", subject, what, ct);
    }

    private static TokenRecord Record(StoredToken token) => new()
    {
        Id = token.Id,
        Subject = token.Subject,
        Description = token.Description,
        CreatedAt = token.CreatedAt,
        CreatedBy = token.CreatedBy,
        ExpiresAt = token.ExpiresAt,
        LastUsedAt = token.LastUsedAt,
    };
}
