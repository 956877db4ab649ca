namespace Plumb.Store.Access;

/// <summary>An account as it is kept.</summary>
public sealed record StoredAccount
{
    /// <summary>Name; there is one account of each.</summary>
    public required string Name { get; init; }

    /// <summary><c>local</c> or <c>oidc</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What the identity provider calls them; empty for local ones.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Name to show.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The password's salted hash with its parameters; empty: it has none.</summary>
    public string PasswordHash { get; init; } = "";

    /// <summary>Whether it may sign in and use its tokens.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>When it was made, or first seen.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last signed in; null: never.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>Name and kind only.</summary>
    public override string ToString() => $"{Name} ({Kind})";
}

/// <summary>A token as it is kept: without its secret.</summary>
public sealed record StoredToken
{
    /// <summary>Id.</summary>
    public required string Id { get; init; }

    /// <summary>For whom: an account's name, or <c>proj:PROJECT:ROLE</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; init; }

    /// <summary>SHA-256 of its secret, which is too long to be guessed.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it ends; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used, to the minute; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Id and subject only.</summary>
    public override string ToString() => $"{Id} ({Subject})";
}

/// <summary>A session as it is kept: without what its cookie holds.</summary>
public sealed record StoredSession
{
    /// <summary>Id; no secret.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of what the cookie holds.</summary>
    public required byte[] KeyHash { get; init; }

    /// <summary>Whose.</summary>
    public required string Account { get; init; }

    /// <summary><c>local</c> or <c>oidc</c>.</summary>
    public required string Method { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends at the latest.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>From which network address it began.</summary>
    public required string From { get; init; }

    /// <summary>Browser, as it calls itself.</summary>
    public required string Agent { get; init; }

    /// <summary>Id and account only.</summary>
    public override string ToString() => $"{Id} ({Account})";
}
