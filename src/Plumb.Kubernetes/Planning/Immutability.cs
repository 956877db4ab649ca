using System.Text.RegularExpressions;
using Plumb.Kubernetes.Client;

namespace Plumb.Kubernetes.Planning;

/// <summary>
/// Tells the refusals that only a new object can get around from all others, by the API server's words (the tables in the tests say of
/// which kinds and versions). Deleting for any other refusal would lose the object and change nothing.
/// </summary>
internal static partial class Immutability
{
    private static readonly string[] Phrases =
    [
        "immutable", // "field is immutable", "spec is immutable after creation …", "field is immutable when `immutable` is set"
        "may not change once set", // cluster IPs, IP families, load balancer class of a Service
        "may not be changed in an update", // PriorityClass, older policies
        "cannot change roleRef",
        "updates to statefulset spec for fields other than",
        "updates to poddisruptionbudget spec are forbidden",
        "pod updates may not change fields other than",
        "updates to provisioner are forbidden", "updates to parameters are forbidden", "updates to reclaimPolicy are forbidden",
        "updates to volumeBindingMode are forbidden",
    ];

    /// <summary>Invalid, and for no other reason than that fields cannot be changed on a live object.</summary>
    public static bool IsWhy(KubeApiException e)
    {
        if (e is not { Code: 422, Reason: "Invalid" }) return false;

        // One cause of another sort would refuse the new object too.
        return e.Causes.Count > 0 ? e.Causes.All(c => Says(c.Message)) : Says(e.Message);
    }

    /// <summary>Whether a message says so, apart from the values that it quotes.</summary>
    public static bool Says(string message)
    {
        var words = Quoted().Replace(message, "\"\"");
        return Array.Exists(Phrases, p => words.Contains(p, StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Quoted();
}
