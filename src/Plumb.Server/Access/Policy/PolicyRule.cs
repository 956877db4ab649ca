namespace Plumb.Server.Access.Policy;

/// <summary>A line <c>p, subject, resource, action, object, effect</c>.</summary>
/// <param name="Subject">Account, group or role; taken as it is, never a pattern.</param>
/// <param name="Resource">Pattern of resources.</param>
/// <param name="Action">Pattern of actions.</param>
/// <param name="Object">Pattern of objects.</param>
/// <param name="Allow">Whether it grants; otherwise it denies, which wins.</param>
internal sealed record PolicyRule(string Subject, PolicyPattern Resource, PolicyPattern Action, PolicyPattern Object, bool Allow)
{
    /// <summary>Whether the rule speaks of this.</summary>
    public bool Covers(string resource, string action, string subject) =>
        Resource.Matches(resource) && Action.Matches(action) && Object.Matches(subject);
}

/// <summary>A line <c>g, member, role</c>: the member has all that the role has.</summary>
/// <param name="Member">Account, group or role.</param>
/// <param name="Role">Role.</param>
internal sealed record PolicyBinding(string Member, string Role);

/// <summary>Something to say about a line of a policy.</summary>
/// <param name="Line">Its number in the text, from 1.</param>
/// <param name="Message">What is wrong with it, and what to write.</param>
/// <param name="IsError">Whether the policy cannot be used; otherwise the line does nothing.</param>
internal readonly record struct PolicyFault(int Line, string Message, bool IsError);
