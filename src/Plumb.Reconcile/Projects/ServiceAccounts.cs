using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Projects;

/// <summary>As whom an application is delivered.</summary>
/// <param name="User">Such as <c>system:serviceaccount:shop:deployer</c>; null: as Plumb itself.</param>
/// <param name="Fault">Why it cannot be told; null when it can.</param>
public readonly record struct ActingUser(string? User, string? Fault = null);

/// <summary>
/// A project's <c>destinationServiceAccounts</c> by Argo CD's rules: the first entry whose patterns match the cluster's address and the
/// destination's namespace. A project that has entries must have one that matches, as Argo CD has it where impersonation is enforced. Pure.
/// </summary>
public static class ServiceAccounts
{
    private const string Prefix = "system:serviceaccount:";

    // Characters that Argo CD refuses: they would be taken for patterns, or for paths.
    private static readonly System.Buffers.SearchValues<char> NotAllowed = System.Buffers.SearchValues.Create("!*[]{}\\/");

    /// <summary>Whether the API server knows such an account: <c>name</c> or <c>namespace:name</c>.</summary>
    public static bool IsValidName(string account) =>
        account.Trim().Length > 0 && account.AsSpan().IndexOfAny(NotAllowed) < 0 && account.Count(c => c == ':') <= 1
        && !account.StartsWith(':') && !account.EndsWith(':');

    /// <summary>Whether a pattern can be read; a leading <c>!</c> denies nothing here and is refused.</summary>
    public static bool IsValidPattern(string pattern) => !pattern.Contains('!') && GlobPattern.IsValid(pattern);

    /// <summary>As whom an application of this project goes to this cluster.</summary>
    public static ActingUser Of(ApplicationSpec spec, ProjectSpec project, TargetDescription cluster)
    {
        if (project.DestinationServiceAccounts.Count == 0) return default;
        var @namespace = spec.Destination.Namespace;
        foreach (var entry in project.DestinationServiceAccounts)
        {
            var here = GlobPattern.Matches(entry.Server, cluster.Server) || cluster.Aliases.Any(a => GlobPattern.Matches(entry.Server, a));
            if (!here || !GlobPattern.Matches(entry.Namespace, @namespace)) continue;
            var account = entry.DefaultServiceAccount.Trim();
            if (!IsValidName(account))
                return new ActingUser(null, $"project {project.Name}: the service account \"{account}\" of destinationServiceAccounts is not a name");
            if (account.Contains(':')) return new ActingUser(Prefix + account);
            var its = @namespace.Length > 0 ? @namespace : spec.Namespace.Length > 0 ? spec.Namespace : "default";
            return new ActingUser($"{Prefix}{its}:{account}");
        }

        return new ActingUser(
            null,
            $"project {project.Name} delivers by service accounts, and none of its destinationServiceAccounts matches the cluster {cluster.Server} "
            + $"and the namespace \"{@namespace}\": add an entry for them");
    }
}
