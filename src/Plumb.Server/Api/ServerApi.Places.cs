using System.Net;
using Plumb.Api;
using Plumb.Git;
using Plumb.Kubernetes.Clusters;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Windows;
using Plumb.Server.Access;
using Plumb.Server.Access.Auditing;
using Plumb.Server.Http;

namespace Plumb.Server.Api;

/// <content>Clusters, repositories, projects and settings.</content>
internal sealed partial class ServerApi
{
    private const int MaxRevisions = 20;

    private ClusterList ClusterList => new(parts.Engine.Reconciler, parts.Engine.Clusters);

    public Task<IReadOnlyList<ClusterRecord>> ListClustersAsync(CancellationToken ct)
    {
        var caller = Caller;
        return Task.FromResult<IReadOnlyList<ClusterRecord>>([.. ClusterList.All().Where(c => May(caller, Clusters, "get", SubjectOf(c))).Select(c => Seen(caller, c))]);
    }

    public Task<ClusterRecord> GetClusterAsync(string name, CancellationToken ct)
    {
        var caller = Caller;
        return Task.FromResult(Seen(caller, FindCluster(caller, name)));
    }

    public async Task<ClusterRecord> AddClusterAsync(ClusterBody body, CancellationToken ct)
    {
        var caller = Caller;
        var subject = body.Project.Length > 0 ? $"{body.Project}/{body.Server}" : body.Server;
        var replaces = body.Replace && ClusterList.Find(body.Name) is not null;
        await DemandAsync(caller, Clusters, replaces ? "update" : "create", subject, "add the cluster", body.Name, body.Project, ct);
        return await ChangeAsync(
            caller, "cluster.add", body.Name, body.Server,
            async () =>
            {
                await parts.Engine.ClusterAdmin.AddAsync(
                    new NewCluster
                    {
                        Name = body.Name,
                        Server = body.Server,
                        Config = body.Config,
                        Labels = body.Labels,
                        Project = body.Project,
                        Namespaces = body.Namespaces,
                        ClusterResources = body.ClusterResources,
                        Replace = body.Replace,
                        Unchecked = body.NoCheck,
                    },
                    ct);
                return ClusterList.Find(body.Name) ?? throw NoCluster(body.Name);
            },
            ct);
    }

    public async Task<ClusterRecord> ChangeClusterAsync(string name, ClusterPatch patch, CancellationToken ct)
    {
        var caller = Caller;
        var cluster = FindCluster(caller, name);
        await DemandAsync(caller, Clusters, "update", SubjectOf(cluster), "change the cluster", name, cluster.Project, ct);
        return await ChangeAsync(
            caller, "cluster.change", name, patch.Name is null ? "labels" : $"name: {patch.Name}",
            async () =>
            {
                if (patch.Labels.Count > 0) await parts.Engine.ClusterAdmin.LabelAsync(name, patch.Labels, ct);
                var to = patch.Name ?? name;
                if (to != name)
                {
                    var users = parts.Engine.Reconciler.Applications.Where(a => a.Spec.Destination.Name == name).Select(a => a.Spec.Name).ToList();
                    if (users.Count > 0 && !patch.Force)
                        throw Conflict($"{ClusterList.Words(users)} by the name {name} and would lose the cluster: change their destination.name first, or use --force");
                    await parts.Engine.ClusterAdmin.RenameAsync(name, to, ct);
                }

                return ClusterList.Find(to) ?? throw NoCluster(to);
            },
            ct);
    }

    public async Task RemoveClusterAsync(string name, bool force, CancellationToken ct)
    {
        var caller = Caller;
        var cluster = ClusterList.Find(name);
        var subject = cluster is null ? name : SubjectOf(cluster);
        await DemandAsync(caller, Clusters, "delete", subject, "remove the cluster", name, cluster?.Project ?? "", ct);
        await ChangeAsync(
            caller, "cluster.remove", name, "",
            async () =>
            {
                if (cluster is { ApplicationNames: { Count: > 0 } users } && !force)
                    throw Conflict($"{ClusterList.Words(users)}: delete them first, or use --force, which leaves what they made on the cluster");
                await parts.Engine.ClusterAdmin.RemoveAsync(name, ct);
                return true;
            },
            ct);
    }

    public async Task<IReadOnlyList<RepositoryRecord>> ListRepositoriesAsync(CancellationToken ct)
    {
        var caller = Caller;
        var git = parts.Engine.Git.Status().SelectMany(s => s.Urls.Select(u => (Url: u, Status: s))).ToLookup(s => s.Url, s => s.Status, StringComparer.Ordinal);
        var uses = parts.Engine.Reconciler.Applications
            .Where(a => MaySee(caller, a.Spec))
            .SelectMany(a => a.Spec.Sources.Select((source, i) => (Application: a.Spec.Name, Source: source, Revision: i < a.Revisions.Count ? a.Revisions[i] : "")))
            .GroupBy(u => u.Source.RepoUrl, StringComparer.Ordinal);
        var found = new List<RepositoryRecord>();
        foreach (var use in uses.OrderBy(u => u.Key, StringComparer.Ordinal))
        {
            if (!May(caller, Repositories, "get", use.Key)) continue;
            var isChart = use.First().Source.IsPackedChart;
            var status = git[use.Key].FirstOrDefault();
            var revisions = new List<RevisionRecord>();
            foreach (var (asked, commit) in use.Select(u => (u.Source.TargetRevision, u.Revision)).Distinct().OrderBy(r => r.TargetRevision, StringComparer.Ordinal).Take(MaxRevisions))
            {
                var described = isChart ? null : await DescribeAsync(use.Key, commit, ct);
                revisions.Add(new RevisionRecord(asked, commit, described?.Author ?? "", described?.Subject ?? "", described?.AuthoredAt));
            }

            found.Add(new RepositoryRecord
            {
                Url = use.Key,
                Kind = !isChart ? "git" : IsWeb(use.Key) ? "helm" : "oci",
                FetchedAt = status?.FetchedAt,
                Fault = status?.Fault ?? parts.Engine.Reconciler.RepositoryFault(use.Key),
                Applications = [.. use.Select(u => u.Application).Distinct().Order(StringComparer.Ordinal)],
                Revisions = revisions,
            });
        }

        return found;
    }

    public Task PushedAsync(string repository, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(repository)) throw BadRequest("the body does not name a repository");
        // It makes Plumb look, which it does anyway: whoever may see some application may ask for it.
        var caller = Caller;
        if (!parts.Rights.MaySome(caller, Applications, "get"))
            throw new PlumbApiException($"{caller.Name} may see no application, and so not ask for a fetch", HttpStatusCode.Forbidden);
        parts.Engine.Source.Refresh(repository);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ProjectRecord>> ListProjectsAsync(CancellationToken ct)
    {
        var caller = Caller;
        var all = parts.Engine.Reconciler.Projects.ToList();
        if (!all.Exists(p => p.Name == ProjectSpec.AllowAll.Name)) all.Insert(0, ProjectSpec.AllowAll);
        return Task.FromResult<IReadOnlyList<ProjectRecord>>([.. all.Where(p => May(caller, Projects, "get", p.Name)).Select(p => Record(caller, p))]);
    }

    public Task<ProjectRecord> GetProjectAsync(string name, CancellationToken ct)
    {
        var caller = Caller;
        return parts.Engine.Reconciler.FindProject(name) is { } project && May(caller, Projects, "get", name)
            ? Task.FromResult(Record(caller, project))
            : throw NotFound($"There is no project {name}; `plumb project list` shows those there are.");
    }

    public async Task<SettingsRecord> GetSettingsAsync(CancellationToken ct)
    {
        var caller = Caller;
        await DemandAsync(caller, "settings", "get", "*", "read", "the settings", "", ct);
        var options = parts.Options;
        var engine = options.Engine;
        return new SettingsRecord
        {
            Version = SystemEndpoints.Version,
            Root = $"{options.Root.RepoUrl}{(options.Root.Path.Length > 0 ? "//" + options.Root.Path : "")}@{options.Root.Revision}",
            StartedAt = parts.StartedAt,
            SignIn = !caller.IsOpen,
            IdentityProvider = options.Access.OpenId?.Name ?? "",
            DefaultRole = caller.IsOpen ? "" : parts.Rights.DefaultRole,
            Policy = caller.IsOpen ? "" : parts.Rights.Csv,
            Values =
            [
                new("poll", $"{engine.PollInterval.TotalSeconds:0} s", "time between looks at each repository; a push notice makes it look at once"),
                new("runs kept", $"{engine.RunsKept}", "finished runs kept of each application"),
                new("tracking method", $"{engine.TrackingMethod}", "by what objects are known to belong to an application"),
                new("installation id", engine.InstallationId.Length > 0 ? engine.InstallationId : "none", "tells several installations on one cluster apart"),
                new("cluster secrets", engine.ClusterSecretNamespace.Length > 0 ? engine.ClusterSecretNamespace : "none", "namespace whose cluster Secrets are clusters"),
                new("web files", engine.AllowWebFiles ? "allowed" : "refused", "whether kustomizations may use files of web servers"),
            ],
        };
    }

    public Task<VersionRecord> GetVersionAsync(CancellationToken ct) => Task.FromResult(new VersionRecord(SystemEndpoints.Version));

    private static bool IsWeb(string url) => url.StartsWith("https://", StringComparison.Ordinal) || url.StartsWith("http://", StringComparison.Ordinal);

    private static PlumbApiException NoCluster(string name) => NotFound($"There is no cluster {name}; `plumb cluster list` shows those there are.");

    /// <summary>As in Argo CD: the address, after the project that it belongs to.</summary>
    private static string SubjectOf(ClusterRecord cluster)
    {
        var address = cluster.Server.Length > 0 ? cluster.Server : cluster.Name;
        return cluster.Project.Length > 0 ? $"{cluster.Project}/{address}" : address;
    }

    private ClusterRecord FindCluster(Caller caller, string name) =>
        ClusterList.Find(name) is { } found && May(caller, Clusters, "get", SubjectOf(found)) ? found : throw NoCluster(name);

    /// <summary>Of the applications there, only those that the caller may see are named.</summary>
    private ClusterRecord Seen(Caller caller, ClusterRecord cluster) => cluster with
    {
        ApplicationNames = [.. cluster.ApplicationNames.Where(n => parts.Engine.Reconciler.Find(n) is { } a && MaySee(caller, a.Spec))],
    };

    private async Task<T> ChangeAsync<T>(Caller caller, string what, string name, string detail, Func<Task<T>> change, CancellationToken ct)
    {
        try
        {
            var result = await change();
            await parts.Audit.RecordAsync(AuditEntry.By(caller, what, name, detail: detail), ct);
            return result;
        }
        catch (ClusterRefusedException e)
        {
            await parts.Audit.RecordAsync(AuditEntry.By(caller, what, name, AuditOutcome.Failed, e.Message), ct);
            throw new PlumbApiException(
                e.Message,
                e.Refusal switch
                {
                    ClusterRefusal.NotFound => HttpStatusCode.NotFound,
                    ClusterRefusal.Conflict => HttpStatusCode.Conflict,
                    ClusterRefusal.Invalid => HttpStatusCode.BadRequest,
                    _ => HttpStatusCode.BadGateway,
                },
                e);
        }
        catch (PlumbApiException e)
        {
            await parts.Audit.RecordAsync(AuditEntry.By(caller, what, name, AuditOutcome.Failed, e.Message), ct);
            throw;
        }
    }

    private ProjectRecord Record(Caller caller, ProjectSpec project)
    {
        var now = parts.Time.GetUtcNow();
        return new ProjectRecord
        {
            Name = project.Name,
            Description = project.Description,
            SourceRepos = project.SourceRepos,
            Destinations = [.. project.Destinations.Select(d => new DestinationRecord(d.Name.Length > 0 ? d.Name : d.Server, d.Namespace))],
            ClusterResourceWhitelist = Kinds(project.ClusterResourceWhitelist),
            ClusterResourceBlacklist = Kinds(project.ClusterResourceBlacklist),
            NamespaceResourceWhitelist = project.NamespaceResourceWhitelist is { } allowed ? Kinds(allowed) : null,
            NamespaceResourceBlacklist = Kinds(project.NamespaceResourceBlacklist),
            Windows = [.. project.SyncWindows.Select(w => Record(w, now))],
            Roles = [.. project.Roles.Select(r => new RoleRecord(r.Name, r.Description, r.Policies, r.Groups))],
            Applications = [.. parts.Engine.Reconciler.Applications.Where(a => a.Spec.Project == project.Name && MaySee(caller, a.Spec)).Select(a => a.Spec.Name)],
        };

        static IReadOnlyList<string> Kinds(IReadOnlyList<KindPattern> kinds) => [.. kinds.Select(k => k.Group.Length > 0 ? $"{k.Group}/{k.Kind}" : k.Kind)];
    }

    private static WindowRecord Record(SyncWindowSpec window, DateTimeOffset now)
    {
        var lists = new[] { ("applications", window.Applications), ("namespaces", window.Namespaces), ("clusters", window.Clusters) }
            .Where(l => l.Item2.Count > 0).Select(l => $"{l.Item1} {string.Join(", ", l.Item2)}").ToList();
        return new WindowRecord(
            window.Kind == SyncWindowKind.Allow ? "allow" : "deny", window.Schedule, Length(window.Duration), window.TimeZone,
            SyncWindows.IsOpen(window, now), window.ManualSync,
            lists.Count == 0 ? "nothing" : string.Join(window.AndOperator ? " and " : " or ", lists), window.Description);
    }

    private static string Length(TimeSpan duration) =>
        duration is { Minutes: 0, Seconds: 0 } ? $"{(long)duration.TotalHours}h" : $"{duration.TotalMinutes:0.#}m";
}
