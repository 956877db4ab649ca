using System.Net;
using Plumb.Reconcile.Applications;
using Plumb.Server.Access.Accounts;
using Plumb.Server.Access.Auditing;
using Plumb.Server.Access.Http;
using Plumb.Server.Access.Policy;
using Plumb.Store.Access;
using Plumb.Store.Auditing;

namespace Plumb.Server.Access;

/// <summary>The map of this part of the house at run time: the policy, the accounts, the ways to be known.</summary>
internal sealed class AccessServices : IDisposable
{
    private readonly SqliteAccessStore _store;
    private readonly AccountBook _book;
    private readonly Passwords _hashes;
    private readonly FirstAccount _first;

    private AccessServices(
        ServerOptions options, SqliteAccessStore store, AccountBook book, AuditTrail audit, Func<IReadOnlyList<ProjectSpec>> projects, ILoggerFactory loggers, TimeProvider time)
    {
        (_store, _book, Options, Time, Listen) = (store, book, options.Access, time, options.Listen);
        (SignIn, IsHttps, KeyFolder) = (AccessRules.SignIn(options), AccessRules.IsHttps(options.Access), Path.Combine(options.Engine.DataFolder, "keys"));
        _hashes = new Passwords(Options);
        var throttle = new SignInThrottle(time);
        Rights = new Rights(projects);
        Policy = new PolicyWatch(Rights, Options, loggers.CreateLogger<PolicyWatch>(), time);
        Audit = audit;
        Sessions = new SessionKeeper(book, Options, Audit, time);
        Callers = new Callers(book, Sessions, projects, SignIn, time);
        Tokens = new TokenCheck(book, Callers, time);
        Passwords = new SignIn(book, _hashes, throttle, Audit, time);
        Admin = new AccountAdmin(book, _hashes, throttle, Rights, Audit, Callers, Sessions, time);
        Cookie = new PageCookie(Sessions, Callers);
        Upkeep = new AccessUpkeep(book, Sessions, audit, Options, loggers.CreateLogger<AccessUpkeep>(), time);
        Provider = Options.OpenId is { } provider
            ? new OpenId.ProviderSignIn(this, new OpenId.ProviderAccounts(book, Rights, provider, Audit, time), loggers.CreateLogger<OpenId.ProviderSignIn>())
            : null;
        _first = new FirstAccount(book, _hashes, Options, Audit, time);
    }

    /// <summary>Settings.</summary>
    public AccessOptions Options { get; }

    /// <summary>Address listened on.</summary>
    public IPEndPoint Listen { get; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Whether one must sign in.</summary>
    public bool SignIn { get; }

    /// <summary>Whether people reach the server by https.</summary>
    public bool IsHttps { get; }

    /// <summary>Where the keys that protect cookies are.</summary>
    public string KeyFolder { get; }

    /// <summary>Who may do what.</summary>
    public Rights Rights { get; }

    /// <summary>Rereads the policy.</summary>
    public PolicyWatch Policy { get; }

    /// <summary>Who did what.</summary>
    public AuditTrail Audit { get; }

    /// <summary>Who still may.</summary>
    public Callers Callers { get; }

    /// <summary>Sessions of the page.</summary>
    public SessionKeeper Sessions { get; }

    /// <summary>Tokens of programs.</summary>
    public TokenCheck Tokens { get; }

    /// <summary>Signs in by password.</summary>
    public SignIn Passwords { get; }

    /// <summary>Changes accounts and tokens.</summary>
    public AccountAdmin Admin { get; }

    /// <summary>The page's cookie.</summary>
    public PageCookie Cookie { get; }

    /// <summary>Signs in through the identity provider; null: there is none.</summary>
    public OpenId.ProviderSignIn? Provider { get; }

    /// <summary>Clears away what ended.</summary>
    public AccessUpkeep Upkeep { get; }

    /// <summary>Opens the accounts and reads the policy.</summary>
    /// <exception cref="ArgumentException">Settings do not go together; all faults are named.</exception>
    /// <exception cref="PolicyException">The policy cannot be read or used.</exception>
    /// <exception cref="AccessStoreException">The accounts cannot be read.</exception>
    /// <exception cref="IOException">A file that settings name cannot be read.</exception>
    public static async Task<AccessServices> OpenAsync(
        ServerOptions options, AuditTrail audit, Func<IReadOnlyList<ProjectSpec>> projects, ILoggerFactory loggers, TimeProvider time, CancellationToken ct)
    {
        AccessRules.Check(options);
        var store = await SqliteAccessStore.OpenAsync(Path.Combine(options.Engine.DataFolder, "access.db"), ct);
        try
        {
            var access = new AccessServices(options, store, await AccountBook.LoadAsync(store, ct), audit, projects, loggers, time);
            access.Policy.ReadFirst();
            if (access.SignIn) await access._first.CheckAsync(ct);
            return access;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the first account where one must sign in and there is none; to be called when the server listens, so that a start that fails does not lose its
    /// password.
    /// </summary>
    /// <returns>Its password, to be shown once; null when there is nothing to show.</returns>
    public Task<string?> MakeFirstAccountAsync(CancellationToken ct) => SignIn ? _first.MakeAsync(ct) : Task.FromResult<string?>(null);

    /// <summary>Closes the accounts.</summary>
    public void Dispose()
    {
        Policy.Dispose();
        Upkeep.Dispose();
        _hashes.Dispose();
        _book.Dispose();
        _store.Dispose();
    }
}
