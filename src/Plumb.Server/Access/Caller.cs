using System.Globalization;
using System.Security.Claims;

namespace Plumb.Server.Access;

/// <summary>Who asks something of the server: a person, or a program with a token.</summary>
public sealed record Caller
{
    /// <summary>Scheme name of identities that hold a caller.</summary>
    public const string Scheme = "plumb";

    private const string NameClaim = "plumb:name";
    private const string DisplayNameClaim = "plumb:display-name";
    private const string SubjectClaim = "plumb:subject";
    private const string GroupClaim = "plumb:group";
    private const string MethodClaim = "plumb:method";
    private const string SessionClaim = "plumb:session";
    private const string TokenClaim = "plumb:token";
    private const string ExpiresClaim = "plumb:expires";
    private const string FromClaim = "plumb:from";

    /// <summary>Name of the account, or <c>proj:PROJECT:ROLE</c> for a token of a project's role.</summary>
    public required string Name { get; init; }

    /// <summary>Name to show; the same when there is no other.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>What the identity provider calls them (<c>sub</c>), which policies may name too; empty for others.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Groups, as the account has them now.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary><c>local</c>, <c>oidc</c>, <c>token</c>, or <c>open</c> where no sign-in is asked for.</summary>
    public required string Method { get; init; }

    /// <summary>Id of the session, not a secret; empty for others.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>Id of the token, not a secret; empty for others.</summary>
    public string TokenId { get; init; } = "";

    /// <summary>When the session or token ends; null when it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Network address that the request came from; empty when it is not known.</summary>
    public string From { get; init; } = "";

    /// <summary>Whoever is on this machine, where no sign-in is asked for: may do everything.</summary>
    public static Caller Open { get; } = new() { Name = "open", DisplayName = "this machine", Method = "open" };

    /// <summary>Whether no sign-in is asked for.</summary>
    public bool IsOpen => Method == "open";

    /// <summary>How an entry of the audit trail says that they were known: the method, with the id of a token.</summary>
    public string KnownBy => Method == "token" ? $"token {TokenId}" : Method;

    /// <summary>The caller that a principal holds; null when it holds none of ours.</summary>
    public static Caller? Find(ClaimsPrincipal principal)
    {
        if (principal.Identities.FirstOrDefault(i => i is { AuthenticationType: Scheme, IsAuthenticated: true }) is not { } identity) return null;
        string Text(string type) => identity.FindFirst(type)?.Value ?? "";
        if (Text(NameClaim) is not { Length: > 0 } name || Text(MethodClaim) is not { Length: > 0 } method) return null;
        return new Caller
        {
            Name = name,
            DisplayName = Text(DisplayNameClaim),
            Subject = Text(SubjectClaim),
            Groups = [.. identity.FindAll(GroupClaim).Select(c => c.Value)],
            Method = method,
            SessionId = Text(SessionClaim),
            TokenId = Text(TokenClaim),
            ExpiresAt = DateTimeOffset.TryParseExact(Text(ExpiresClaim), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null,
            From = Text(FromClaim),
        };
    }

    /// <summary>The caller that a principal holds.</summary>
    /// <exception cref="InvalidOperationException">It holds none: nobody is signed in.</exception>
    public static Caller Of(ClaimsPrincipal principal) =>
        Find(principal) ?? throw new InvalidOperationException("the principal holds no caller: nobody is signed in");

    /// <summary>The same as a principal, for the web framework and the page. <see cref="Of"/> gives it back.</summary>
    public ClaimsPrincipal ToPrincipal()
    {
        var identity = new ClaimsIdentity(Scheme, NameClaim, GroupClaim);
        void Add(string type, string value)
        {
            if (value.Length > 0) identity.AddClaim(new Claim(type, value));
        }

        // Forms are bound to this: it must stay the same while a session lasts.
        Add("sub", SessionId.Length > 0 ? SessionId : Name);
        Add(NameClaim, Name);
        Add(DisplayNameClaim, DisplayName);
        Add(SubjectClaim, Subject);
        foreach (var group in Groups) Add(GroupClaim, group);
        Add(MethodClaim, Method);
        Add(SessionClaim, SessionId);
        Add(TokenClaim, TokenId);
        Add(ExpiresClaim, ExpiresAt?.ToString("O", CultureInfo.InvariantCulture) ?? "");
        Add(FromClaim, From);
        return new ClaimsPrincipal(identity);
    }

    /// <summary>Name and method only.</summary>
    public override string ToString() => $"{Name} ({KnownBy})";
}
