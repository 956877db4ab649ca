using Plumb.Api;

namespace Plumb.Tests.Support;

/// <summary>Records as a server gives them.</summary>
public static class Canned
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static readonly DateTimeOffset Then = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly ResourceName Web = new("apps", "Deployment", "shop", "web");

    public static readonly ResourceName Set = new("apps", "ReplicaSet", "shop", "web-7d4b9");

    public static readonly ResourceName Pod = new("", "Pod", "shop", "web-7d4b9-x2k4q");

    public static readonly ResourceName Service = new("", "Service", "shop", "web");

    public static ApplicationSummary Summary(string name = "shop") => new()
    {
        Name = name,
        Project = "retail",
        Sync = "OutOfSync",
        Health = "Progressing",
        HealthMessage = "1 of 3 Pods are ready",
        Repository = "https://git.example.com/shop.git",
        Path = "deploy",
        TargetRevision = "main",
        Revision = Commit,
        Cluster = "prod",
        Namespace = "shop",
    };

    public static SuspensionRecord Suspension => new("ada", "migration by hand", Then, null);

    public static ApplicationDetail Detail(ApplicationSummary? summary = null, RunRecord? operation = null) => new()
    {
        Summary = summary ?? Summary(),
        SyncPolicy = "automated, prune",
        Resources =
        [
            new ResourceRecord(Service, "Synced", "Healthy", "", "None", 0, ""),
            new ResourceRecord(Web, "OutOfSync", "Progressing", "1 of 3 Pods are ready", "Update", 1, "spec.replicas differs"),
        ],
        Operation = operation,
    };

    public static RunRecord Run(string phase = "Succeeded") => new()
    {
        Id = "run-7",
        Application = "shop",
        Revisions = [Commit],
        Trigger = "Manual",
        Initiator = "ada",
        Phase = phase,
        Message = "all is synced",
        StartedAt = Then,
        FinishedAt = Then.AddSeconds(12.5),
        Results =
        [
            new ResultRecord(new ResourceName("batch", "Job", "shop", "migrate"), "Synced", "the Job succeeded", "PreSync", 0, true),
            new ResultRecord(Service, "Unchanged", "", "Sync", 0, false),
            new ResultRecord(Web, "Synced", "configured", "Sync", 1, false),
        ],
    };

    public static IReadOnlyList<TreeRecord> Tree =>
    [
        new TreeRecord(Service, null, "Healthy", "", Then),
        new TreeRecord(Web, null, "Progressing", "1 of 3 Pods are ready", Then),
        new TreeRecord(Set, Web, "Progressing", "", Then),
        new TreeRecord(Pod, Set, "Healthy", "", Then),
    ];

    public static ResourceDetail Resource => new()
    {
        Resource = Web,
        Stated = true,
        Sync = "OutOfSync",
        Health = "Progressing",
        HealthMessage = "1 of 3 Pods are ready",
        Action = "Update",
        Wave = 1,
        Origin = "deploy/web.yaml(1)",
        CreatedAt = Then,
        Fields = ["spec.replicas"],
        LiveCompared = "spec:\n  replicas: 1\n",
        DesiredCompared = "spec:\n  replicas: 3\n",
        Live = "spec:\n  replicas: 1\nstatus: {}\n",
        Manifest = "spec:\n  replicas: 3\n",
        Containers = ["main"],
    };

    public static RollbackRecord Rollback => new()
    {
        Application = "shop",
        Run = "run-5",
        Repository = "https://git.example.com/shop.git",
        Branch = "main",
        Head = Commit,
        To = "fedcba9876543210fedcba9876543210fedcba98",
        Message = "Take shop back to run-5\n\nAsked for by ada.\n",
        Files = [new FileChangeRecord("deploy/web.yaml", "modified", "replicas: 3\n", "replicas: 2\n")],
        Possible = true,
    };

    public static DeletionRecord Deletion => new(
        "shop", [Web, Service], [new KeptRecord(new ResourceName("", "Namespace", "", "shop"), "several applications may use it")], [], "root states it in Git: unless it is removed there, it comes back.");

    public static ProjectRecord Project => new()
    {
        Name = "retail",
        Description = "All that sells",
        SourceRepos = ["https://git.example.com/*"],
        Destinations = [new DestinationRecord("prod", "shop-*")],
        Windows = [new WindowRecord("deny", "0 18 * * 5", "60h", "Europe/Vienna", true, true, "all applications", "no releases at weekends")],
        Roles = [new RoleRecord("deployer", "", ["p, proj:retail:deployer, applications, sync, retail/*, allow"], ["developers"])],
        Applications = ["shop"],
    };

    public static RepositoryRecord Repository => new()
    {
        Url = "https://git.example.com/shop.git",
        Kind = "git",
        FetchedAt = Then,
        Fault = "the host cannot be resolved",
        Applications = ["shop"],
        Revisions = [new RevisionRecord("main", Commit, "Ada", "More replicas", Then)],
    };

    public static AuditRecord Audit(string id) => new()
    {
        Id = id,
        At = Then,
        Who = "ada",
        Method = "local",
        Action = "sync",
        Subject = "shop",
        Project = "retail",
        Outcome = "refused",
        Detail = "no right to sync",
        Revision = Commit,
    };

    public static AccountRecord Account => new() { Name = "ada", Kind = "local", HasPassword = true, Groups = ["developers"], CreatedAt = Then, LastSignInAt = Then };

    public static TokenRecord Token => new() { Id = "tok-1", Subject = "ci", Description = "pipeline of shop", CreatedAt = Then, CreatedBy = "ada", LastUsedAt = null };

    public static SignInRecord SignIn => new() { Id = "ses-1", Name = "ada", Method = "local", CreatedAt = Then, LastSeenAt = Then, ExpiresAt = Then, From = "192.0.2.7", Agent = "Firefox", Present = true };
}
