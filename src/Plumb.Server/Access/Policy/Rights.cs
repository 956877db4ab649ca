namespace Plumb.Server.Access.Policy;

/// <summary>Who may do what: deny by default.</summary>
public sealed class Rights
{
    /// <summary>Whether the caller may do this.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="resource">Such as <c>applications</c>.</param>
    /// <param name="action">Such as <c>get</c>, or <c>delete/apps/Deployment/shop/web</c>.</param>
    /// <param name="subject">
    /// To what: <c>PROJECT/APPLICATION</c> where it belongs to a project, else a name or an address; <c>*</c> asks whether they may for all.
    /// </param>
    public bool May(Caller caller, string resource, string action, string subject) => throw new NotImplementedException();

    /// <summary>Whether there may be something to which the caller may do this: for showing a page or a button at all.</summary>
    public bool MaySome(Caller caller, string resource, string action) => throw new NotImplementedException();

    /// <summary>The role that everybody has who is signed in; empty: none.</summary>
    public string DefaultRole => throw new NotImplementedException();

    /// <summary>The policy in force as written, without the built-in one and without projects' roles.</summary>
    public string Csv => throw new NotImplementedException();
}
