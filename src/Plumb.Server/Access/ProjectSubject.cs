using System.Diagnostics.CodeAnalysis;

namespace Plumb.Server.Access;

/// <summary>The subject of a project's role: <c>proj:PROJECT:ROLE</c>.</summary>
internal static class ProjectSubject
{
    /// <summary>Takes it apart; false when it is none.</summary>
    public static bool TryParse(string subject, [NotNullWhen(true)] out string? project, [NotNullWhen(true)] out string? role)
    {
        (project, role) = subject.Split(':') is ["proj", { Length: > 0 } p, { Length: > 0 } r] ? (p, r) : (null, null);
        return project is not null && role is not null;
    }
}
