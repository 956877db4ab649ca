using System.Globalization;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Registry;

/// <summary>An application, project or cluster that another application's output holds: registered with Plumb, not sent to the target.</summary>
public sealed record RegisteredResource : DesiredResource
{
    /// <summary>The group under which registered kinds are identified, whichever of the accepted groups they were written in.</summary>
    public const string Group = "plumb.dev";

    /// <summary>The kind of applications. Everything else that is registered is a definition.</summary>
    public const string ApplicationKind = "Application";

    private const string WaveAnnotation = "argocd.argoproj.io/sync-wave";

    /// <summary>The application; null for a project.</summary>
    public ApplicationSpec? Application { get; init; }

    /// <summary>The project; null for an application.</summary>
    public ProjectSpec? Project { get; init; }

    /// <summary>The cluster; null for anything else.</summary>
    public ClusterSpec? Cluster { get; init; }

    /// <summary>Identity of an application.</summary>
    public static ResourceId ApplicationId(string name) => new(Group, ApplicationKind, "", name);

    /// <summary>Identity of a project.</summary>
    public static ResourceId ProjectId(string name) => new(Group, "Project", "", name);

    /// <summary>Wraps an application. Its wave is that of its annotation.</summary>
    public static RegisteredResource Of(ApplicationSpec spec) => new()
    {
        Id = ApplicationId(spec.Name),
        Digest = spec.Digest,
        Origin = spec.Origin,
        Application = spec,
        Wave = spec.Annotations.TryGetValue(WaveAnnotation, out var wave)
            && int.TryParse(wave, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0,
        Rank = 1000,
    };

    /// <summary>Wraps a cluster. Clusters come before the projects and applications that use them.</summary>
    public static RegisteredResource Of(ClusterSpec spec) => new()
    {
        Id = new ResourceId(Group, "Cluster", "", spec.Name),
        Digest = spec.Digest,
        Origin = spec.Origin,
        Cluster = spec,
        Rank = 998,
    };

    /// <summary>Rules for health; null for anything else.</summary>
    public HealthRuleSet? HealthRules { get; init; }

    /// <summary>Wraps rules for health. They come first, as what follows is judged by them.</summary>
    public static RegisteredResource Of(HealthRuleSet rules) => new()
    {
        Id = new ResourceId(Group, "HealthCheck", "", rules.Name),
        Digest = rules.Digest,
        Origin = rules.Origin,
        HealthRules = rules,
        Rank = 997,
    };

    /// <summary>Wraps a project. Projects come before applications.</summary>
    /// <param name="spec">The project.</param>
    public static RegisteredResource Of(ProjectSpec spec) => new()
    {
        Id = ProjectId(spec.Name),
        Digest = spec.Digest,
        Origin = spec.Origin,
        Project = spec,
        Rank = 999,
    };
}

/// <summary>A change to what is registered with Plumb.</summary>
public sealed record RegistryChange : Change
{
    /// <summary>What is registered now; null when nothing is.</summary>
    public RegisteredResource? Live { get; init; }

    /// <inheritdoc/>
    public override string DescribeLive() => Describe(Live);

    /// <inheritdoc/>
    public override string DescribeDesired() => Action == ChangeAction.Delete ? "" : Describe(Desired as RegisteredResource);

    private static string Describe(RegisteredResource? resource)
    {
        if (resource?.Application is { } app)
        {
            var sources = string.Concat(app.Sources.Select(s =>
                $"  - repoURL: {s.RepoUrl}\n    path: {s.Path}\n    targetRevision: {s.TargetRevision}\n"));
            return $"kind: Application\nname: {app.Name}\nproject: {app.Project}\nsources:\n{sources}" +
                $"destination: {app.Destination.Name}{app.Destination.Server}/{app.Destination.Namespace}\ndigest: {app.Digest}\n";
        }

        if (resource?.Cluster is { } cluster)
            return $"kind: Cluster\nname: {cluster.Name}\nserver: {cluster.Server}\nproject: {cluster.Project}\ndigest: {cluster.Digest}\n";
        if (resource?.HealthRules is { } health)
        {
            var kinds = string.Concat(health.Rules.Select(r => $"  - {r.Group}/{r.Kind}: {(r.Lua is null ? "cel" : "lua")}\n"));
            return $"kind: HealthCheck\nname: {health.Name}\nchecks:\n{kinds}digest: {health.Digest}\n";
        }

        return resource?.Project is { } project ? $"kind: Project\nname: {project.Name}\ndigest: {resource.Digest}\n" : "";
    }
}
