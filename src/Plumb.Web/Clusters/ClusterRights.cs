namespace Plumb.Web.Clusters;

/// <summary>What one must be allowed to do to change clusters.</summary>
internal static class ClusterRights
{
    /// <summary>Add some cluster.</summary>
    public static PermissionQuestion Add { get; } = new("clusters", "create", "*");

    /// <summary>Label it, or give it new credentials.</summary>
    public static PermissionQuestion Update(ClusterRecord cluster) => Ask(cluster, "update");

    /// <summary>Remove it.</summary>
    public static PermissionQuestion Delete(ClusterRecord cluster) => Ask(cluster, "delete");

    /// <summary>Why a cluster cannot be changed here by whoever looks; null when it can.</summary>
    public static string? Why(ClusterRecord cluster, bool may, PermissionQuestion question, string verb) =>
        cluster.Source is not ("Secret" or "") ? $"{cluster.Name} cannot be {verb} here: it is stated in {cluster.Origin}. Change it there."
        : may ? null
        : $"You lack \"{question.Action}\" on {question.Resource} {question.Subject}.";

    private static PermissionQuestion Ask(ClusterRecord cluster, string action)
    {
        var address = cluster.Server.Length > 0 ? cluster.Server : cluster.Name;
        return new("clusters", action, cluster.Project.Length > 0 ? $"{cluster.Project}/{address}" : address);
    }
}
