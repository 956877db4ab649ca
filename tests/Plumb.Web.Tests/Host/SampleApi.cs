using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Plumb.Api;

namespace Plumb.Web.Host;

/// <summary>The sample for whoever looks.</summary>
public sealed class SampleApis(SampleWorld world) : IPlumbApis
{
    /// <inheritdoc/>
    public IPlumbApi For(ClaimsPrincipal caller) => new SampleApi(world);
}

/// <summary>The API over the sample.</summary>
public sealed class SampleApi(SampleWorld world) : IPlumbApi
{
    private static readonly string[] LogWords = ["GET /cart 200 12 ms", "GET /products?page=2 200 31 ms", "POST /checkout 201 88 ms", "cache: 412 hits, 3 misses", "GET /<script>alert(1)</script> 404 1 ms", "warning: payment provider took 1.9 s", "GET /produits/café 200 9 ms"];

    private DateTimeOffset Now => world.Clock.GetUtcNow();

    /// <inheritdoc/>
    public Task<SessionRecord> GetSessionAsync(CancellationToken ct) => Task.FromResult(world.Options.SignedOut
        ? new SessionRecord { SignIn = true, LocalAccounts = true }
        : world.Options.SignIn
        ? new SessionRecord { Name = "anna", DisplayName = "Anna de Vries", Groups = ["admins"], Method = "local", SignIn = true, LocalAccounts = true, IdentityProvider = "Example ID", ExpiresAt = Now + TimeSpan.FromHours(7) }
        : new SessionRecord { Method = "open", LocalAccounts = true });

    /// <inheritdoc/>
    public Task<IReadOnlyList<bool>> CanAsync(IReadOnlyList<PermissionQuestion> questions, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<bool>>([.. questions.Select(question => !world.Options.Reader || question.Action == "get")]);

    /// <inheritdoc/>
    public async Task<Page<ApplicationSummary>> ListApplicationsAsync(ApplicationQuery query, CancellationToken ct)
    {
        Check();
        await world.Listing.WaitAsync(ct);
        ApplicationSummary[] all = [.. world.Applications.Select(application => application.Detail.Summary)];
        return new Page<ApplicationSummary>(all, all.Length, null);
    }

    /// <inheritdoc/>
    public Task<ApplicationDetail> GetApplicationAsync(string name, CancellationToken ct) => Task.FromResult(Find(name).Detail);

    /// <inheritdoc/>
    public Task<PlanRecord> GetPlanAsync(string name, CancellationToken ct)
    {
        var application = Find(name);
        return Task.FromResult(new PlanRecord
        {
            Application = name,
            Revisions = [application.Detail.Summary.Revision],
            InSync = application.Changes.Count == 0,
            Changes = application.Changes,
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunRecord>> ListRunsAsync(string name, int limit, CancellationToken ct) => Task.FromResult<IReadOnlyList<RunRecord>>([.. Find(name).Runs.Take(limit)]);

    /// <inheritdoc/>
    public Task<RunRecord> GetRunAsync(string application, string id, CancellationToken ct) => Task.FromResult(Find(application).Runs.FirstOrDefault(run => run.Id == id) ?? throw Missing($"run \"{id}\""));

    /// <inheritdoc/>
    public Task<IReadOnlyList<TreeRecord>> GetTreeAsync(string name, CancellationToken ct) => Task.FromResult(Find(name).Tree);

    /// <inheritdoc/>
    public Task<ResourceDetail> GetResourceAsync(string name, ResourceName resource, CancellationToken ct)
    {
        var application = Find(name);
        var node = application.Tree.FirstOrDefault(node => node.Resource == resource) ?? throw Missing(resource.ToString());
        var change = application.Changes.FirstOrDefault(change => change.Resource == resource);
        return Task.FromResult(new ResourceDetail
        {
            Resource = resource,
            Stated = node.Owner is null,
            Sync = node.Sync,
            Health = node.Health,
            HealthMessage = node.HealthMessage,
            Action = change?.Action ?? "None",
            Message = change is null ? "" : "spec.replicas: 3 in Git, 5 on the cluster",
            Owner = node.Owner,
            Wave = node.Wave,
            Origin = node.Owner is null ? $"shop/{resource.Name}.yaml:1" : "",
            CreatedAt = node.CreatedAt,
            Fields = change?.Fields ?? [],
            LiveCompared = change?.Live ?? SampleYaml.Of(resource),
            DesiredCompared = change?.Desired ?? (node.Owner is null ? SampleYaml.Of(resource) : ""),
            Live = SampleYaml.Of(resource, status: true),
            Manifest = node.Owner is null ? SampleYaml.Of(resource) : "",
            Containers = resource.Kind is "Pod" or "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" or "Job" ? ["main", "proxy"] : [],
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ManifestRecord>> ListManifestsAsync(string name, CancellationToken ct) => Task.FromResult<IReadOnlyList<ManifestRecord>>(
        [.. Find(name).Detail.Resources.Select(record => new ManifestRecord(record.Resource, SampleYaml.Of(record.Resource), record.Wave, record.Resource.Kind == "Job" ? "PreSync" : "", $"shop/{record.Resource.Name}.yaml:1"))]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EventRecord>> ListEventsAsync(string name, ResourceName? resource, CancellationToken ct) => Task.FromResult<IReadOnlyList<EventRecord>>(
    [
        .. Find(name).Tree.Where(node => node.Resource.Kind is "Pod" or "Deployment" && (resource is null || node.Resource == resource || node.Owner == resource)).Take(60).SelectMany((node, i) => (IEnumerable<EventRecord>)
        [
            new(node.Resource, i % 4 == 3 ? "Warning" : "Normal", i % 4 == 3 ? "Unhealthy" : "Started", i % 4 == 3 ? "Readiness probe failed: HTTP probe failed with statuscode: 503" : "Started container main", 1 + i, Now - TimeSpan.FromMinutes(50), Now - TimeSpan.FromMinutes(i), "kubelet"),
        ]),
    ]);

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogLine> ReadLogAsync(string name, LogQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        var pods = Find(name).Tree.Where(node => node.Resource.Kind == "Pod" && (node.Resource == query.Resource || node.Resource.Name.StartsWith(query.Resource.Name + "-", StringComparison.Ordinal))).Select(node => node.Resource.Name).ToArray();
        var containers = query.Container.Length > 0 ? [query.Container] : new[] { "main", "proxy" };
        for (var i = 0; i < query.Tail; i++)
        {
            yield return new LogLine(pods.Length == 0 ? query.Resource.Name : pods[i % pods.Length], containers[i % containers.Length], Now - TimeSpan.FromSeconds(query.Tail - i), LogWords[i % LogWords.Length]);
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(700), world.Clock);
        for (var i = 0; query.Follow && await timer.WaitForNextTickAsync(ct); i++)
        {
            yield return new LogLine(pods.Length == 0 ? query.Resource.Name : pods[i % pods.Length], containers[i % containers.Length], Now, LogWords[i % LogWords.Length]);
        }
    }

    /// <inheritdoc/>
    public async Task<RunRecord> SyncAsync(string name, SyncBody body, CancellationToken ct)
    {
        var application = Find(name);
        if (application.Detail.Operation is not null)
        {
            throw new PlumbApiException($"Sync of {name}: another run goes on. Wait for it, or terminate it.", HttpStatusCode.Conflict);
        }

        var run = new RunRecord { Id = Guid.CreateVersion7().ToString(), Application = name, Revisions = [application.Detail.Summary.Revision], Trigger = "Manual", Initiator = "anna", Phase = "Running", StartedAt = Now };
        var targets = body.Resources.Count > 0 ? body.Resources : [.. application.Changes.Select(change => change.Resource)];
        var all = application.Detail.Resources.Where(record => body.Resources.Count == 0 || targets.Contains(record.Resource)).ToArray();
        List<ResultRecord> results = [];
        foreach (var record in all)
        {
            results.Add(new ResultRecord(record.Resource, targets.Contains(record.Resource) && record.Action != "None" ? "Synced" : "Unchanged", "", "Sync", record.Wave, false));
            var going = run with { Results = [.. results] };
            if (!body.DryRun)
            {
                world.Change(name, now => now with { Detail = now.Detail with { Operation = going, Summary = now.Detail.Summary with { Operation = $"Syncing: {results.Count} of {all.Length}" } } });
            }

            await Task.Delay(TimeSpan.FromMilliseconds(all.Length > 50 ? 2 : 120), world.Clock, CancellationToken.None);
        }

        var ended = run with { Phase = "Succeeded", FinishedAt = Now, Results = [.. results], Message = $"{all.Length} resources: {results.Count(result => result.Status == "Synced")} synced, the others unchanged." };
        if (!body.DryRun)
        {
            foreach (var target in targets)
            {
                world.Drift(name, target, drifted: false);
            }

            world.Change(name, now => now with
            {
                Runs = [ended, .. now.Runs],
                Detail = now.Detail with { Operation = null, LastRun = ended, Summary = now.Detail.Summary with { Operation = "", ChangedAt = Now } },
            });
        }

        return ended;
    }

    /// <inheritdoc/>
    public Task RefreshAsync(string name, CancellationToken ct)
    {
        world.Change(name, now => now with { Detail = now.Detail with { ReconciledAt = Now } });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task TerminateAsync(string name, CancellationToken ct) => Find(name).Detail.Operation is null ? throw new PlumbApiException($"{name}: no run goes on.", HttpStatusCode.Conflict) : Task.CompletedTask;

    /// <inheritdoc/>
    public Task ConfirmAsync(string name, CancellationToken ct)
    {
        world.Change(name, now => now with { Detail = now.Detail with { Summary = now.Detail.Summary with { NeedsConfirmation = false, WaitsOn = "None", WaitingFor = "" } } });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<DeletionRecord> PreviewDeletionAsync(string name, bool cascade, CancellationToken ct)
    {
        var application = Find(name);
        ResourceName[] all = [.. application.Detail.Resources.Select(record => record.Resource)];
        return Task.FromResult(new DeletionRecord(
            name,
            cascade ? [.. all.Where(resource => resource.Kind != "Namespace").Reverse()] : [],
            [.. all.Where(resource => !cascade || resource.Kind == "Namespace").Select(resource => new KeptRecord(resource, cascade ? "it has Delete=false" : "its application is only forgotten"))],
            [],
            application.Detail.Summary.Parent.Length > 0 ? $"{application.Detail.Summary.Parent} still states {name}: it would come back with its next sync." : ""));
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, bool cascade, CancellationToken ct, string propagation = "foreground", bool hooks = true)
    {
        world.Change(name, _ => null);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<RollbackRecord> PreviewRollbackAsync(string name, RollbackBody body, CancellationToken ct)
    {
        var application = Find(name);
        var run = application.Runs.FirstOrDefault(run => run.Id == body.Run) ?? throw Missing($"run \"{body.Run}\"");
        var same = run.Revisions[0] == application.Detail.Summary.Revision;
        var deployment = new ResourceName("apps", "Deployment", "shop", "web");
        return Task.FromResult(new RollbackRecord
        {
            Application = name,
            Run = body.Run,
            Repository = application.Detail.Summary.Repository,
            Branch = "main",
            Head = application.Detail.Summary.Revision,
            To = run.Revisions[0],
            Message = $"Roll {name} back to {run.Revisions[0][..8]}\n\nRequested by anna. Run {body.Run}.",
            Files = same ? [] : [new FileChangeRecord("shop/web.yaml", "modified", SampleYaml.Of(deployment), SampleYaml.Of(deployment, image: "shop/web:1.8.1")), new FileChangeRecord("shop/banner.yaml", "deleted", SampleYaml.Of(new ResourceName("", "ConfigMap", "shop", "banner")), "")],
            Possible = !same,
            Why = same ? "The files that this application reads are as they were in that run: there is nothing to roll back." : "",
        });
    }

    /// <inheritdoc/>
    public async Task<RollbackRecord> RollbackAsync(string name, RollbackBody body, CancellationToken ct) =>
        await PreviewRollbackAsync(name, body, ct) with { Commit = "77aa88bb99cc00dd11ee22ff3344556677889900" };

    /// <inheritdoc/>
    public Task<ApplicationDetail> SuspendAsync(string name, SuspendBody body, CancellationToken ct)
    {
        world.Change(name, now => now with { Detail = now.Detail with { Summary = now.Detail.Summary with { Suspension = new SuspensionRecord("anna", body.Reason, Now, body.Until) } } });
        return GetApplicationAsync(name, ct);
    }

    /// <inheritdoc/>
    public Task<ApplicationDetail> ResumeAsync(string name, CancellationToken ct)
    {
        world.Change(name, now => now with { Detail = now.Detail with { Summary = now.Detail.Summary with { Suspension = null } } });
        return GetApplicationAsync(name, ct);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ApplicationChange> WatchApplicationsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        Check();
        foreach (var application in world.Applications)
        {
            yield return new ApplicationChange(ApplicationChange.Present, application.Name, application.Detail.Summary);
        }

        await foreach (var name in world.WatchAsync(ct))
        {
            Check();
            var now = world.Find(name);
            yield return now is null ? new ApplicationChange(ApplicationChange.Gone, name, null) : new ApplicationChange(ApplicationChange.Changed, name, now.Detail.Summary);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ApplicationDetail> WatchAsync(string name, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return Find(name).Detail;
        await foreach (var changed in world.WatchAsync(ct))
        {
            if (changed == name)
            {
                if (world.Find(name) is not { } now)
                {
                    yield break;
                }

                yield return now.Detail;
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClusterRecord>> ListClustersAsync(CancellationToken ct) => Task.FromResult(world.Clusters.All);

    /// <inheritdoc/>
    public Task<ClusterRecord> GetClusterAsync(string name, CancellationToken ct) => Task.FromResult(world.Clusters.Find(name));

    /// <inheritdoc/>
    public Task<ClusterRecord> AddClusterAsync(ClusterBody body, CancellationToken ct) => Task.FromResult(world.Clusters.Add(body));

    /// <inheritdoc/>
    public Task<ClusterCheckRecord> CheckClusterAsync(ClusterBody body, CancellationToken ct) => Task.FromResult(SampleClusters.Check(body));

    /// <inheritdoc/>
    public Task<ClusterRecord> ChangeClusterAsync(string name, ClusterPatch patch, CancellationToken ct) => Task.FromResult(world.Clusters.Label(name, patch.Labels));

    /// <inheritdoc/>
    public Task RemoveClusterAsync(string name, bool force, CancellationToken ct)
    {
        world.Clusters.Remove(name, force);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RepositoryRecord>> ListRepositoriesAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<RepositoryRecord>>(
    [
        new RepositoryRecord { Url = "https://git.example.com/platform/delivery.git", Kind = "git", FetchedAt = _fetched ?? Now - TimeSpan.FromSeconds(74), Applications = [.. world.Applications.Select(application => application.Name)], Revisions = [new("main", "4f9a1c27b0e85d3361c8fa90b2d74e5512ac8e07", "Marieke de Vries", "Web 1.8.2: calmer checkout", Now - TimeSpan.FromHours(2)), new("v1.7", "09d8c7b6a5f4e3d2c1b0a99887766554433221ff", "Boris", "Release 1.7", Now - TimeSpan.FromDays(40))] },
        new RepositoryRecord { Url = "https://charts.example.com", Kind = "helm", FetchedAt = Now - TimeSpan.FromMinutes(9), Fault = "GET https://charts.example.com/index.yaml: 503 Service Unavailable. It is tried again in 2 min.", Applications = ["monitoring"], Revisions = [new("^2.1.0", "2.3.4", "", "", null)] },
        new RepositoryRecord { Url = "oci://registry.example.com/charts/ingress", Kind = "oci", FetchedAt = Now - TimeSpan.FromHours(1), Applications = ["ingress"], Revisions = [new("1.x", "1.12.0", "", "", null)] },
    ]);

    private DateTimeOffset? _fetched;

    /// <inheritdoc/>
    public Task PushedAsync(string repository, CancellationToken ct)
    {
        _fetched = Now;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProjectRecord>> ListProjectsAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<ProjectRecord>>(
        [.. world.Applications.GroupBy(application => application.Detail.Summary.Project).OrderBy(project => project.Key, StringComparer.Ordinal).Select(project => new ProjectRecord
        {
            Name = project.Key,
            Description = $"Everything of {project.Key}",
            SourceRepos = ["https://git.example.com/platform/*", "oci://registry.example.com/charts/*"],
            Destinations = [new("in-cluster", "shop"), new("eu-west-1", "*")],
            ClusterResourceWhitelist = ["/Namespace", "rbac.authorization.k8s.io/ClusterRole"],
            NamespaceResourceBlacklist = ["/ResourceQuota", "/LimitRange"],
            Windows = project.Key == "platform" ? [new("allow", "0 6 * * 1-5", "2h", "Europe/Amsterdam", false, true, "all applications", "Mornings of working days"), new("deny", "0 0 24 12 *", "72h", "Europe/Amsterdam", true, false, "cluster eu-west-1", "Christmas")] : [],
            Roles = [new("ci", "The build server", [$"p, proj:{project.Key}:ci, applications, sync, {project.Key}/*, allow"], ["builders"])],
            Applications = [.. project.Select(application => application.Name)],
        })]);

    /// <inheritdoc/>
    public async Task<ProjectRecord> GetProjectAsync(string name, CancellationToken ct) => (await ListProjectsAsync(ct)).FirstOrDefault(project => project.Name == name) ?? throw Missing($"project \"{name}\"");

    /// <inheritdoc/>
    public Task<Page<AuditRecord>> ListAuditAsync(AuditQuery query, CancellationToken ct)
    {
        if (world.Options.Reader)
        {
            throw Refused("read the audit trail");
        }

        AuditRecord[] fit = [.. world.Audit.Where(entry => (query.Who.Length == 0 || entry.Who == query.Who) && (query.Action.Length == 0 || entry.Action == query.Action) && (query.Subject.Length == 0 || entry.Subject == query.Subject) && (query.Since is null || entry.At >= query.Since))];
        AuditRecord[] rest = [.. fit.Where(entry => query.After is null || string.CompareOrdinal(entry.Id, query.After) < 0)];
        return Task.FromResult(new Page<AuditRecord>([.. rest.Take(query.Limit)], fit.Length, rest.Length > query.Limit ? rest[query.Limit - 1].Id : null));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccountRecord>> ListAccountsAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<AccountRecord>>([.. world.Accounts]);

    /// <inheritdoc/>
    public Task<AccountRecord> CreateAccountAsync(AccountBody body, CancellationToken ct)
    {
        var account = new AccountRecord { Name = body.Name, Kind = "local", HasPassword = body.Password is not null, Groups = body.Groups, CreatedAt = Now };
        world.Accounts.Add(account);
        return Task.FromResult(account);
    }

    /// <inheritdoc/>
    public Task<AccountRecord> ChangeAccountAsync(string name, AccountPatch patch, CancellationToken ct)
    {
        var at = world.Accounts.FindIndex(account => account.Name == name);
        world.Accounts[at] = world.Accounts[at] with { Enabled = patch.Enabled ?? world.Accounts[at].Enabled };
        return Task.FromResult(world.Accounts[at]);
    }

    /// <inheritdoc/>
    public Task DeleteAccountAsync(string name, CancellationToken ct)
    {
        world.Accounts.RemoveAll(account => account.Name == name);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SetPasswordAsync(string name, PasswordBody body, CancellationToken ct) =>
        body.Present == "correct horse battery" ? Task.CompletedTask : throw new PlumbApiException($"Password of {name}: the present password is wrong.", HttpStatusCode.BadRequest);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenRecord>> ListTokensAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<TokenRecord>>([.. world.Tokens]);

    /// <inheritdoc/>
    public Task<NewTokenRecord> CreateTokenAsync(TokenBody body, CancellationToken ct)
    {
        var token = new TokenRecord { Id = Guid.CreateVersion7().ToString(), Subject = body.Subject.Length > 0 ? body.Subject : "anna", Description = body.Description, CreatedAt = Now, CreatedBy = "anna", ExpiresAt = body.ExpiresAt };
        world.Tokens.Add(token);
        return Task.FromResult(new NewTokenRecord(token, "sample-" + token.Id));
    }

    /// <inheritdoc/>
    public Task RevokeTokenAsync(string id, CancellationToken ct)
    {
        world.Tokens.RemoveAll(token => token.Id == id);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SignInRecord>> ListSignInsAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<SignInRecord>>(
    [
        new SignInRecord { Id = "s1", Name = "anna", Method = "local", CreatedAt = Now - TimeSpan.FromHours(1), ExpiresAt = Now + TimeSpan.FromHours(7), LastSeenAt = Now, From = "127.0.0.1", Agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140", Present = true },
        new SignInRecord { Id = "s2", Name = "anna", Method = "local", CreatedAt = Now - TimeSpan.FromDays(1), ExpiresAt = Now + TimeSpan.FromHours(2), LastSeenAt = Now - TimeSpan.FromHours(9), From = "10.0.0.7", Agent = "Mozilla/5.0 (Macintosh) Safari/26" },
    ]);

    /// <inheritdoc/>
    public Task EndSignInAsync(string id, CancellationToken ct) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<SettingsRecord> GetSettingsAsync(CancellationToken ct) => Task.FromResult(new SettingsRecord
    {
        Version = "0.1.0",
        Root = "https://git.example.com/platform/delivery.git, applications, main",
        StartedAt = Now - TimeSpan.FromDays(6),
        SignIn = world.Options.SignIn,
        IdentityProvider = world.Options.SignIn ? "Example ID" : "",
        DefaultRole = "role:readonly",
        Policy = "p, role:admin, *, *, *, allow\np, role:dev, applications, sync, shop/*, allow\ng, admins, role:admin\n",
        Values = [new("poll", "2 min", "How often repositories are asked whether their refs moved"), new("history", "1,000 runs", "Runs that are kept for each application")],
    });

    /// <inheritdoc/>
    public Task<VersionRecord> GetVersionAsync(CancellationToken ct) => Task.FromResult(new VersionRecord("0.1.0"));

    private SampleApplication Find(string name) => world.Find(name) ?? throw Missing($"application \"{name}\"");

    private void Check()
    {
        if (world.Fault is { } fault)
        {
            throw fault;
        }
    }

    private static PlumbApiException Missing(string what) => new($"There is no {what}.", HttpStatusCode.NotFound);

    private static PlumbApiException Refused(string what) => new($"anna may not {what}: the right \"audit, get\" is missing.", HttpStatusCode.Forbidden);
}
