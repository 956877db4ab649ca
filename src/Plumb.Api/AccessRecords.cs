namespace Plumb.Api;

/// <summary>Who the caller is.</summary>
public sealed record SessionRecord
{
    /// <summary>Name; empty when nobody is signed in.</summary>
    public string Name { get; init; } = "";

    /// <summary>Name to show; as <see cref="Name"/> when there is no other.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary><c>local</c>, <c>oidc</c>, <c>token</c>, or <c>open</c> when no sign-in is asked for.</summary>
    public string Method { get; init; } = "";

    /// <summary>Whether one must sign in here; otherwise everybody of this machine may do everything.</summary>
    public bool SignIn { get; init; }

    /// <summary>Whether local accounts may sign in.</summary>
    public bool LocalAccounts { get; init; }

    /// <summary>Name of the identity provider; empty when there is none.</summary>
    public string IdentityProvider { get; init; } = "";

    /// <summary>When the session or token ends; null when it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A sign-in of a program.</summary>
/// <param name="Name">Account.</param>
/// <param name="Password">Its password.</param>
public sealed record SignInBody(string Name, string Password)
{
    /// <summary>The name only.</summary>
    public override string ToString() => Name;
}

/// <summary>May I?</summary>
/// <param name="Resource"><c>applications</c>, <c>logs</c>, <c>clusters</c>, <c>repositories</c>, <c>projects</c>, <c>accounts</c>, <c>audit</c> or <c>settings</c>.</param>
/// <param name="Action"><c>get</c>, <c>create</c>, <c>update</c>, <c>delete</c>, <c>sync</c>, …</param>
/// <param name="Subject">What: <c>project/application</c> for applications and logs, a name or address for others, <c>*</c> for any.</param>
public sealed record PermissionQuestion(string Resource, string Action, string Subject);

/// <summary>An entry of the audit trail.</summary>
public sealed record AuditRecord
{
    /// <summary>Id; ids sort by time.</summary>
    public required string Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who; <c>plumb</c> for what it does by itself.</summary>
    public required string Who { get; init; }

    /// <summary>How they were known: <c>local</c>, <c>oidc</c>, <c>token ID</c>, <c>open</c>, <c>plumb</c>.</summary>
    public string Method { get; init; } = "";

    /// <summary>From which network address; empty when it is not known.</summary>
    public string From { get; init; } = "";

    /// <summary>What: <c>sync</c>, <c>rollback</c>, <c>delete</c>, <c>sign-in</c>, <c>token.create</c>, …</summary>
    public required string Action { get; init; }

    /// <summary>To what: an application, a cluster, an account.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Its project; empty when it has none.</summary>
    public string Project { get; init; } = "";

    /// <summary><c>done</c>, <c>failed</c> or <c>refused</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>In words: what exactly, and why it did not work.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Commit concerned; empty when there is none.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Run concerned; empty when there is none.</summary>
    public string Run { get; init; } = "";
}

/// <summary>Somebody who signs in, or a program.</summary>
public sealed record AccountRecord
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary><c>local</c> or <c>oidc</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it may sign in and use its tokens.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether it has a password; a program's account has none and uses tokens.</summary>
    public bool HasPassword { get; init; }

    /// <summary>Groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>When it was made, or first seen.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last signed in; null: never.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }
}

/// <summary>A local account to make.</summary>
public sealed record AccountBody
{
    /// <summary>Name: 1 to 63 characters of <c>a-z 0-9 . _ - @</c>, beginning with a letter or digit.</summary>
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>Password, 12 to 200 characters; null: none, it uses tokens only.</summary>
    public string? Password { get; init; }

    /// <summary>Groups.</summary>
    public IReadOnlyList<string> Groups { get; init => field = value ?? []; } = [];

    /// <summary>The name only.</summary>
    public override string ToString() => Name;
}

/// <summary>A change to an account; null leaves as it is.</summary>
public sealed record AccountPatch
{
    /// <summary>Whether it may sign in.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Groups.</summary>
    public IReadOnlyList<string>? Groups { get; init; }
}

/// <summary>A password to set.</summary>
public sealed record PasswordBody
{
    /// <summary>The caller's present password, when they change their own.</summary>
    public string? Present { get; init; }

    /// <summary>The new one, 12 to 200 characters.</summary>
    public required string Password { get; init => field = value ?? ""; }

    /// <summary>Nothing.</summary>
    public override string ToString() => nameof(PasswordBody);
}

/// <summary>A token, without its secret.</summary>
public sealed record TokenRecord
{
    /// <summary>Id.</summary>
    public required string Id { get; init; }

    /// <summary>For whom: an account's name, or <c>proj:PROJECT:ROLE</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>When it ends; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used, to the minute; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A token to make.</summary>
public sealed record TokenBody
{
    /// <summary>For whom: an account's name (empty: the caller's own), or <c>proj:PROJECT:ROLE</c>.</summary>
    public string Subject { get; init => field = value ?? ""; } = "";

    /// <summary>What it is for, at most 200 characters.</summary>
    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>When it ends; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A new token.</summary>
/// <param name="Token">What is known of it.</param>
/// <param name="Secret">What to send as bearer token. Shown this once.</param>
public sealed record NewTokenRecord(TokenRecord Token, string Secret)
{
    /// <summary>The id only.</summary>
    public override string ToString() => Token.Id;
}

/// <summary>A session of the page.</summary>
public sealed record SignInRecord
{
    /// <summary>Id.</summary>
    public required string Id { get; init; }

    /// <summary>Whose.</summary>
    public required string Name { get; init; }

    /// <summary><c>local</c> or <c>oidc</c>.</summary>
    public required string Method { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends at the latest.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset LastSeenAt { get; init; }

    /// <summary>From which network address it began.</summary>
    public string From { get; init; } = "";

    /// <summary>Browser, as it calls itself, at most 200 characters.</summary>
    public string Agent { get; init; } = "";

    /// <summary>Whether it is the caller's present one.</summary>
    public bool Present { get; init; }
}
