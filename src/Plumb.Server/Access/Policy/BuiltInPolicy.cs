namespace Plumb.Server.Access.Policy;

/// <summary>
/// What <c>role:readonly</c> and <c>role:admin</c> may: as Argo CD grants them (its <c>builtin-policy.csv</c>), and in Plumb's own
/// resources. Always in globs, whatever the match mode. That the account <c>admin</c> has <c>role:admin</c> is for <see cref="Rights"/>: a
/// group or a person of the identity provider with that name has not.
/// </summary>
internal static class BuiltInPolicy
{
    /// <summary>May see.</summary>
    public const string ReadOnly = "role:readonly";

    /// <summary>May everything.</summary>
    public const string Admin = "role:admin";

    /// <summary>The account that has it.</summary>
    public const string AdminAccount = "admin";

    private static readonly (string Resource, string[] Actions)[] Seen =
    [
        ("applications", ["get"]), ("applicationsets", ["get"]), ("certificates", ["get"]), ("clusters", ["get"]),
        ("repositories", ["get"]), ("write-repositories", ["get"]), ("projects", ["get"]), ("accounts", ["get"]), ("gpgkeys", ["get"]),
        ("logs", ["get"]), ("settings", ["get"]),
    ];

    private static readonly (string Resource, string[] Actions)[] Changed =
    [
        ("applications", ["create", "update", "update/*", "delete", "delete/*", "sync", "rollback", "override", "action/*"]),
        ("applicationsets", ["get", "create", "update", "delete"]),
        ("certificates", ["create", "update", "delete"]),
        ("clusters", ["create", "update", "delete"]),
        ("repositories", ["create", "update", "delete"]),
        ("write-repositories", ["create", "update", "delete"]),
        ("projects", ["create", "update", "delete"]),
        ("accounts", ["create", "update", "delete"]),
        ("gpgkeys", ["create", "delete"]),
        ("exec", ["create", "debug"]),
        ("audit", ["get"]),
        ("settings", ["update"]),
    ];

    /// <summary>The rules.</summary>
    public static IReadOnlyList<PolicyRule> Rules { get; } = [.. Grant(ReadOnly, Seen), .. Grant(Admin, Changed)];

    /// <summary>Who may change may see.</summary>
    public static IReadOnlyList<PolicyBinding> Bindings { get; } = [new(Admin, ReadOnly)];

    private static IEnumerable<PolicyRule> Grant(string role, (string Resource, string[] Actions)[] grants) =>
        from grant in grants
        from action in grant.Actions
        select new PolicyRule(role, PolicyPattern.Glob(grant.Resource), PolicyPattern.Glob(action),
            PolicyPattern.Glob(KnownResources.AlwaysOfProjects(grant.Resource) ? "*/*" : "*"), Allow: true);
}
