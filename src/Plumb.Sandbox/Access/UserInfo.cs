using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Access;

/// <summary>Who makes a request, as authentication found it.</summary>
internal sealed record UserInfo(string Name, IReadOnlyList<string> Groups)
{
    public const string Masters = "system:masters";
    public const string Authenticated = "system:authenticated";

    private const string AccountPrefix = "system:serviceaccount:";

    public string Uid { get; init; } = "";

    /// <summary>Further facts, such as <c>authentication.kubernetes.io/credential-id</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The sandbox's own parts: controllers and seeds, whom no rule binds.</summary>
    public static UserInfo System { get; } = new("system:apiserver", [Masters]);

    /// <summary>Whoever brings the sandbox's own token.</summary>
    public static UserInfo Admin { get; } = new("sandbox-admin", [Masters, Authenticated]);

    public static UserInfo ServiceAccount(string @namespace, string name) => new(
        AccountPrefix + @namespace + ":" + name,
        ["system:serviceaccounts", "system:serviceaccounts:" + @namespace, Authenticated]);

    public bool IsIn(string group) => Groups.Contains(group);

    /// <summary>Namespace and name of the service account; null for anyone else.</summary>
    public (string Namespace, string Name)? AsServiceAccount()
    {
        if (!Name.StartsWith(AccountPrefix, StringComparison.Ordinal)) return null;
        return Name[AccountPrefix.Length..].Split(':') is [{ Length: > 0 } ns, { Length: > 0 } name] ? (ns, name) : null;
    }

    /// <summary>The user as authentication.k8s.io's UserInfo.</summary>
    public MapNode ToNode()
    {
        var node = new MapNode { ["username"] = Name };
        if (Uid.Length > 0) node["uid"] = Uid;
        if (Groups.Count > 0) node["groups"] = new ListNode(Groups.Select(g => (Node)g));
        if (Extra.Count == 0) return node;
        var extra = new MapNode();
        foreach (var (key, values) in Extra) extra[key] = new ListNode(values.Select(v => (Node)v));
        node["extra"] = extra;
        return node;
    }
}
