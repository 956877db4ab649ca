using Plumb.Api;
using Plumb.Kubernetes.Clusters;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Targets;

namespace Plumb.Server.Api;

/// <summary>Clusters with who goes there. Nothing here waits for a cluster.</summary>
internal sealed class ClusterList(Reconciler reconciler, ClusterRegistry registry)
{
    private const int MostNamed = 5;

    /// <summary>Who goes there, in words; those that may not be named are counted.</summary>
    /// <param name="named">Names that may be told.</param>
    /// <param name="count">How many there are in all.</param>
    public static string Words(IReadOnlyList<string> named, int count)
    {
        var names = string.Join(", ", named.Take(MostNamed));
        var others = count - Math.Min(named.Count, MostNamed);
        if (others > 0) names = names.Length > 0 ? $"{names} and {others} more" : others == 1 ? "1 application" : $"{others} applications";
        return names + (count == 1 ? " goes there" : " go there");
    }

    /// <summary>By its name, or by another that destinations may use.</summary>
    public ClusterRecord? Find(string name)
    {
        var all = All();
        return all.FirstOrDefault(c => c.Name == name) ?? (registry.Find(new DestinationSpec(name)) is { } target ? all.FirstOrDefault(c => c.Name == target.Name) : null);
    }

    public IReadOnlyList<ClusterRecord> All()
    {
        var users = new Dictionary<ITarget, List<string>>(ReferenceEqualityComparer.Instance);
        foreach (var application in reconciler.Applications)
        {
            if (registry.Find(application.Spec.Destination) is not { } target) continue;
            if (!users.TryGetValue(target, out var names)) users[target] = names = [];
            names.Add(application.Spec.Name);
        }

        return
        [
            .. registry.All.Select(t => Record(t, users.GetValueOrDefault(t) ?? []) with { Source = registry.SourceOf(t)?.ToString() ?? "" }),
            .. registry.Unusable.Select(u => new ClusterRecord(u.Name, "", 0, u.Why) { Server = u.Server, Connection = "LeftOut", Source = u.Source.ToString(), Origin = u.Origin }),
        ];
    }

    private static ClusterRecord Record(ITarget target, IReadOnlyList<string> users)
    {
        var (description, status) = (target.Description, target.Status);
        return new ClusterRecord(description.Name, status.Version, users.Count, status.Fault)
        {
            Server = description.Server,
            Connection = status.Connection.ToString(),
            Nodes = status.Nodes,
            Objects = status.Objects,
            Labels = description.Labels,
            Project = description.Project,
            Namespaces = description.Namespaces,
            ClusterResources = description.ClusterResources,
            Origin = description.Origin,
            Warnings = [.. description.Warnings],
            ApplicationNames = users,
        };
    }
}
