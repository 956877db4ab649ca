using System.Text.RegularExpressions;
using Plumb.Server.Access.Policy;

namespace Plumb.Server.Access.Accounts;

/// <summary>What accounts and groups may be called. No account's name can be taken for a role's, as those have colons.</summary>
internal static partial class AccountNames
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 63;

    private const int MaxGroups = 200;
    private const int MaxGroupLength = 200;

    /// <summary>Why a local account cannot have the name; null when it can.</summary>
    public static string? Fault(string name) =>
        Name().IsMatch(name) ? null : $"the name \"{Shown(name)}\" cannot be: use 1 to {MaxLength} of a-z 0-9 . _ - @, with a letter or digit first";

    /// <summary>Why these cannot be groups; null when they can.</summary>
    public static string? GroupFault(IReadOnlyList<string> groups)
    {
        if (groups.Count > MaxGroups) return $"there are {groups.Count} groups; at most {MaxGroups} can be";
        foreach (var group in groups)
        {
            if (string.IsNullOrWhiteSpace(group) || group.Length > MaxGroupLength || group.Any(char.IsControl))
                return $"the group \"{Shown(group)}\" cannot be: use 1 to {MaxGroupLength} characters without line breaks";
            if (!Rights.IsOutside(group))
                return $"the group \"{Shown(group)}\" cannot be: role: and proj: are for roles; bind a group to the role in the policy (g, GROUP, {Shown(group)})";
        }

        return null;
    }

    private static string Shown(string text) => text.Length <= MaxLength ? text : text[..MaxLength] + "…";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._@-]{0,62}\z")]
    private static partial Regex Name();
}
