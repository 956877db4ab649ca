using Plumb.Reconcile.Applications;
using Plumb.Server.Access.Accounts;
using Plumb.Store.Access;

namespace Plumb.Server.Access;

/// <summary>Whether who signed in a while ago still may.</summary>
public sealed class Callers
{
    private readonly AccountBook _book;
    private readonly SessionKeeper _sessions;
    private readonly Func<IReadOnlyList<ProjectSpec>> _projects;
    private readonly bool _signIn;
    private readonly TimeProvider _time;

    internal Callers(AccountBook book, SessionKeeper sessions, Func<IReadOnlyList<ProjectSpec>> projects, bool signIn, TimeProvider time) =>
        (_book, _sessions, _projects, _signIn, _time) = (book, sessions, projects, signIn, time);

    /// <summary>
    /// The caller with its present groups; null when the session or token ended, or its account is disabled or gone. Costs a look-up in
    /// memory: ask on each call.
    /// </summary>
    public Caller? Current(Caller caller) => caller.Method switch
    {
        "open" => _signIn ? null : caller,
        "token" => OfToken(caller),
        _ => OfSession(caller),
    };

    /// <summary>Whether <see cref="Current"/> gives one.</summary>
    public bool IsLive(Caller caller) => Current(caller) is not null;

    private Caller? OfSession(Caller caller) =>
        _book.Session(caller.SessionId) is { } session && session.Account == caller.Name && _sessions.IsLive(session)
        && _book.Account(caller.Name) is { } account
            ? With(caller, account) with { ExpiresAt = _sessions.Ends(session) }
            : null;

    private Caller? OfToken(Caller caller)
    {
        if (_book.Token(caller.TokenId) is not { } token || token.Subject != caller.Name || token.ExpiresAt <= _time.GetUtcNow()) return null;
        if (ProjectSubject.TryParse(token.Subject, out _, out _)) return HasRole(token.Subject) ? caller with { DisplayName = token.Subject } : null;
        return _book.Account(token.Subject) is { Enabled: true } account ? With(caller, account) : null;
    }

    /// <summary>Whether a project states this role now.</summary>
    internal bool HasRole(string subject) =>
        ProjectSubject.TryParse(subject, out var project, out var role)
        && _projects().Any(p => p.Name == project && p.Roles.Any(r => r.Name == role));

    private static Caller With(Caller caller, StoredAccount account) => caller with
    {
        DisplayName = account.DisplayName.Length > 0 ? account.DisplayName : account.Name,
        Subject = account.Subject,
        Groups = account.Groups,
    };
}
