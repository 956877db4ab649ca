namespace Plumb.Web.Application;

/// <summary>What to do about a condition. The condition's own message says what is wrong.</summary>
internal static class ConditionAdvice
{
    /// <summary>Title and advice for a type of condition.</summary>
    public static (string Title, string Advice) For(string type) => type switch
    {
        "ComparisonError" => ("It could not be compared with the cluster", "What is on the cluster stays as it is. Correct what the message names in Git; Plumb tries again by itself."),
        "InvalidSpecError" => ("Its definition cannot be used", "Correct the definition in Git, or what its project allows."),
        "SyncError" => ("The last sync failed", "Open the run below Runs for each resource's result. It is tried again as its policy says, or sync by hand."),
        "DeletionError" => ("It could not be deleted", "Look at what still holds the objects, such as a finalizer; then delete again."),
        "SharedResourceWarning" => ("Another application states the same resource", "Take the resource out of one of the two."),
        "RepeatedResourceWarning" => ("A resource is stated twice", "Take one of the two out of Git; the last one counts."),
        "OrphanedResourceWarning" => ("Objects are there that no application states", "Delete them, or state them in Git."),
        "ExcludedResourceWarning" => ("Git states kinds that this Plumb leaves out", "Take them out of Git, or ask an administrator to include the kind."),
        "UnknownError" => ("Plumb met an error that it did not expect", "Its log has the details."),
        _ => (type.Length == 0 ? "To be known" : string.Concat(type.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString())), ""),
    };

    /// <summary>Whether it is an error; otherwise a warning.</summary>
    public static bool IsError(string type) => type.EndsWith("Error", StringComparison.Ordinal);
}
