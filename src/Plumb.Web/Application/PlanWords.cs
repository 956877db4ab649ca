using Plumb.Web.Words;

namespace Plumb.Web.Application;

/// <summary>A plan in one sentence.</summary>
internal static class PlanWords
{
    /// <summary><c>A sync would create 2, update 1 and delete 3 resources.</c></summary>
    public static string Say(PlanRecord plan)
    {
        string[] parts =
        [
            .. new[] { "Create", "Update", "Replace", "Delete" }
                .Select(action => (action, count: plan.Changes.Count(change => change.Action == action)))
                .Where(part => part.count > 0)
                .Select(part => $"{part.action.ToLowerInvariant()} {part.count:N0}"),
        ];
        return parts.Length switch
        {
            0 => "A sync would change nothing.",
            1 => $"A sync would {parts[0]} {(plan.Changes.Count == 1 ? "resource" : "resources")}.",
            _ => $"A sync would {string.Join(", ", parts[..^1])} and {parts[^1]} {Short.Count(plan.Changes.Count, "resource").Split(' ')[1]}.",
        };
    }
}
