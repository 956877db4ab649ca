using System.Net;
using Plumb.Api;
using Plumb.Git;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Windows;
using Plumb.Server.Access;
using Plumb.Server.Http;

namespace Plumb.Server.Api;

/// <content>Repositories, projects and settings.</content>
internal sealed partial class ServerApi
{
    private const int MaxRevisions = 20;

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
            window.Kind == SyncWindowKind.Allow ? "allow" : "deny", window.Schedule, SyncWindows.Length(window.Duration), window.TimeZone,
            SyncWindows.IsOpen(window, now), window.ManualSync,
            lists.Count == 0 ? "nothing" : string.Join(window.AndOperator ? " and " : " or ", lists), window.Description);
    }
}
