namespace Plumb.Web.Application;

/// <summary>What one must be allowed to do to an application's actions.</summary>
internal static class ApplicationRights
{
    /// <summary>Sync, terminate, confirm.</summary>
    public static PermissionQuestion Sync(ApplicationSummary application) => Ask(application, "sync");

    /// <summary>Suspend, resume, and roll back, which writes a commit in Plumb's name.</summary>
    public static PermissionQuestion Update(ApplicationSummary application) => Ask(application, "update");

    /// <summary>Delete.</summary>
    public static PermissionQuestion Delete(ApplicationSummary application) => Ask(application, "delete");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PermissionQuestion> All(ApplicationSummary application) => [Sync(application), Update(application), Delete(application)];

    private static PermissionQuestion Ask(ApplicationSummary application, string action) =>
        new("applications", action, $"{application.Project}/{application.Name}");
}
