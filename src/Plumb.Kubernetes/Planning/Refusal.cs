using Plumb.Kubernetes.Client;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Planning;

/// <summary>Puts a refusal into words: what failed, why, what to do. Never shows values of Secrets.</summary>
internal static class Refusal
{
    private const int MaxCauses = 5;
    private const int MaxText = 1000;

    /// <summary>Whether the object could only be changed by making it anew.</summary>
    public static bool NeedsRecreation(KubeApiException e) => Immutability.IsWhy(e);

    /// <summary>The words. The resource itself is not named: the reader sees it beside them.</summary>
    /// <param name="id">The resource.</param>
    /// <param name="e">The refusal.</param>
    /// <param name="verb">What was tried.</param>
    /// <param name="user">As whom; null: as Plumb itself.</param>
    /// <param name="desired">What was sent; null when nothing was.</param>
    public static string Words(ResourceId id, KubeApiException e, string verb = "apply", string? user = null, DesiredResource? desired = null)
    {
        var secret = id is { Group: "", Kind: "Secret" } || desired is ManifestResource { SecretFields.Count: > 0 };
        if (e.IsUnreachable) return $"{verb} failed: {e.Message}";
        if (e.IsFieldConflict)
        {
            var fields = string.Join("; ", e.Causes.Take(MaxCauses).Select(c => $"field {c.Field.TrimStart('.')} is owned by {Owner(c.Message)}"));
            return $"{verb} refused: {fields}. Add the field to ignoreDifferences, or let Git win by forcing conflicts";
        }

        if (NeedsRecreation(e))
        {
            var fields = e.Causes.Where(c => Immutability.Says(c.Message) && c.Field.Length > 0).Select(c => c.Field).Distinct().Take(MaxCauses).ToList();
            var what = fields.Count == 0 ? "a field that cannot be changed on a live object" : $"field {string.Join(", ", fields)} is immutable";
            return $"{verb} refused: {what}. Restore the old value, or let the object be deleted and made anew with the sync option Force=true";
        }

        return e.Code switch
        {
            401 => $"{verb} refused: the cluster does not accept the credentials",
            403 when e.Message.Contains("being terminated", StringComparison.Ordinal) =>
                $"{verb} refused: namespace {id.Namespace} is being deleted. Wait until it is gone",
            403 when user is not null && MissingRight(e.Message) is { } right => Forbidden(verb, user, right),
            403 => $"{verb} forbidden: {Shorten(e.Message, secret)}. Grant {(user is null ? "Plumb's account" : Account(user))} the right in the cluster",
            404 when id.Namespace.Length > 0 && e.Message.Contains("namespaces", StringComparison.Ordinal) =>
                $"{verb} refused: namespace {id.Namespace} does not exist. Add the sync option CreateNamespace=true, or a Namespace to the manifests",
            _ => $"{verb} refused: {Shorten(Detail(e, secret), secret)}",
        };
    }

    /// <summary>What <paramref name="Subject"/> may not do.</summary>
    private sealed record Right(string Subject, string Verb, string Words);

    private static string Forbidden(string verb, string user, Right right) => right.Verb == "impersonate"
        ? $"{verb} forbidden: Plumb's account {right.Subject} may not act as {Account(user)}: it lacks the right to {right.Words}. "
            + "Grant it the verb impersonate on that service account"
        : $"{verb} forbidden: {Account(user)}, as which the project delivers, lacks the right to {right.Words}. Grant it by a Role, or change the "
            + "project's destinationServiceAccounts";

    /// <summary>Reads <c>User "u" cannot patch resource "deployments" in API group "apps" in the namespace "shop"</c>.</summary>
    private static Right? MissingRight(string message)
    {
        const string Cannot = "\" cannot ";
        var cannot = message.IndexOf(Cannot, StringComparison.Ordinal);
        var user = message.IndexOf("User \"", StringComparison.Ordinal);
        if (cannot < 0 || user < 0 || user > cannot) return null;
        var rest = message[(cannot + Cannot.Length)..];
        var verb = rest.Split(' ')[0];
        var resource = Quoted(rest, "resource");
        if (resource.Length == 0) return null;
        var group = Quoted(rest, "API group");
        var @namespace = Quoted(rest, "namespace");
        var words = $"{verb} {resource}{(group.Length > 0 ? "." + group : "")} {(@namespace.Length > 0 ? "in the namespace " + @namespace : "in the cluster")}";
        return new Right(message[(user + 6)..cannot], verb, words);
    }

    private static string Quoted(string text, string after)
    {
        var start = text.IndexOf(after + " \"", StringComparison.Ordinal);
        if (start < 0) return "";
        start += after.Length + 2;
        var end = text.IndexOf('"', start);
        return end < 0 ? "" : text[start..end];
    }

    private static string Account(string user)
    {
        const string Prefix = "system:serviceaccount:";
        return user.StartsWith(Prefix, StringComparison.Ordinal) ? "the service account " + user[Prefix.Length..].Replace(':', '/') : $"the user {user}";
    }

    private static string Detail(KubeApiException e, bool secret)
    {
        if (!secret) return e.Message;
        // The server quotes what it does not like, and what it does not like about a Secret may be its content.
        var fields = e.Causes.Where(c => c.Field.Length > 0).Select(c => $"{c.Field} ({c.Reason})").Distinct().Take(MaxCauses).ToList();
        return fields.Count == 0 ? $"{e.Reason} (HTTP {e.Code}); details are withheld for Secrets" : $"{e.Reason}: {string.Join(", ", fields)}";
    }

    private static string Shorten(string text, bool secret)
    {
        text = text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        if (secret && text.Length > 200) text = text[..200];
        return text.Length <= MaxText ? text : text[..MaxText] + "…";
    }

    /// <summary><c>conflict with "hpa" using autoscaling/v1</c> says who it is.</summary>
    private static string Owner(string message)
    {
        var with = message.IndexOf("conflict with ", StringComparison.Ordinal);
        return with < 0 ? message : message[(with + "conflict with ".Length)..];
    }
}
