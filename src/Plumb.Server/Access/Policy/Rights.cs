using System.Runtime.CompilerServices;
using Plumb.Reconcile.Applications;

namespace Plumb.Server.Access.Policy;

/// <summary>
/// Who may do what, deny by default, as Argo CD judges: first by the default role, then by the caller's name, then by each of their
/// groups; whichever allows, allows. Within each of these, with the roles that it has, a deny wins over any allow. Roles of a project count
/// for its own objects only and are taken from the projects as they are registered now.
/// </summary>
public sealed class Rights
{
    private readonly Func<IReadOnlyList<ProjectSpec>> _projects;
    private readonly ConditionalWeakTable<ProjectSpec, ProjectPolicy> _compiled = [];

    private volatile PolicyView _view; // only Use replaces it

    /// <summary>Nothing but what is built in and what projects say.</summary>
    /// <param name="projects">The projects there are now.</param>
    public Rights(Func<IReadOnlyList<ProjectSpec>> projects)
    {
        _projects = projects;
        _view = new PolicyView(PolicyDocument.Empty);
    }

    /// <summary>The role that everybody has who is signed in; empty: none.</summary>
    public string DefaultRole => _view.Document.DefaultRole;

    /// <summary>The policy in force as written, without the built-in one and without projects' roles.</summary>
    public string Csv => _view.Document.Csv;

    /// <summary>Claims of the identity provider whose values count as groups.</summary>
    internal IReadOnlyList<string> Scopes => _view.Document.Scopes;

    /// <summary>Takes a policy into force.</summary>
    internal void Use(PolicyDocument document) => _view = new PolicyView(document);

    /// <summary>Whether the caller may do this.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="resource">Such as <c>applications</c>.</param>
    /// <param name="action">Such as <c>get</c>, or <c>delete/apps/Deployment/shop/web</c>.</param>
    /// <param name="subject">
    /// To what: <c>PROJECT/APPLICATION</c> where it belongs to a project, else a name or an address; <c>*</c> asks whether they may for all.
    /// </param>
    public bool May(Caller caller, string resource, string action, string subject)
    {
        if (caller.IsOpen) return true;
        if (subject == "*" && KnownResources.AlwaysOfProjects(resource)) subject = "*/*";
        // Longer ones match no pattern, so no deny either.
        if (Math.Max(resource.Length, Math.Max(action.Length, subject.Length)) > PolicyPattern.MaxLength) return false;

        var view = _view;
        var name = ProjectNameIn(resource, subject);
        if (name.Length > 0 && caller.Name.StartsWith("proj:", StringComparison.Ordinal)
            && !caller.Name.StartsWith($"proj:{name}:", StringComparison.Ordinal))
            return false; // A token of one project's role has nothing to do with another's, whatever the default role says.
        var project = name.Length > 0 ? _projects().FirstOrDefault(p => p.Name == name) : null;
        var policy = project is { Roles.Count: > 0 } ? _compiled.GetValue(project, ProjectPolicy.Of) : null;
        return Starts(view, caller).Any(start => view.Allows(start, policy, resource, action, subject));
    }

    /// <summary>Whether there may be something to which the caller may do this: for showing a page or a button at all.</summary>
    public bool MaySome(Caller caller, string resource, string action)
    {
        if (caller.IsOpen || May(caller, resource, action, "*")) return true;
        var view = _view;
        var starts = Starts(view, caller).ToList();
        if (starts.Exists(s => view.AllowsSome(s, null, resource, action))) return true;
        return (KnownResources.IsOfProjects(resource) || resource == "projects")
            && _projects().Where(p => p.Roles.Count > 0).Select(p => _compiled.GetValue(p, ProjectPolicy.Of))
                .Any(p => starts.Exists(s => view.AllowsSome(s, p, resource, action)));
    }

    /// <summary>Subjects that are judged one after another.</summary>
    private static IEnumerable<PolicyStart> Starts(PolicyView view, Caller caller)
    {
        if (view.Document.DefaultRole.Length > 0) yield return new PolicyStart(view.Document.DefaultRole);
        yield return new PolicyStart(caller.Name, IsAccount: true);
        if (caller.Subject.Length > 0 && IsOutside(caller.Subject)) yield return new PolicyStart(caller.Subject);
        foreach (var group in caller.Groups)
        {
            if (IsOutside(group)) yield return new PolicyStart(group);
        }
    }

    /// <summary>Roles are given by a policy only: an identity provider must not be able to claim one by a group of its name.</summary>
    internal static bool IsOutside(string name) =>
        name.Length > 0 && !name.StartsWith("role:", StringComparison.Ordinal) && !name.StartsWith("proj:", StringComparison.Ordinal);

    /// <summary>The project that the object of a question belongs to; empty: none.</summary>
    private static string ProjectNameIn(string resource, string subject)
    {
        if (resource == "projects") return subject;
        return KnownResources.IsOfProjects(resource) && subject.IndexOf('/') is > 0 and var slash && !subject.AsSpan(0, slash).Contains(':')
            ? subject[..slash]
            : "";
    }
}

/// <summary>A subject that is judged, with the roles that it has.</summary>
/// <param name="Name">Account, group or role.</param>
/// <param name="IsAccount">Whether it is the name of an account of Plumb: only such an <c>admin</c> is the built-in one.</param>
internal readonly record struct PolicyStart(string Name, bool IsAccount = false);
