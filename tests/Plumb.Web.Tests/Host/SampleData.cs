using System.Globalization;
using Plumb.Api;

namespace Plumb.Web.Host;

/// <summary>The applications of the sample, as they are when it starts.</summary>
internal sealed class SampleData(DateTimeOffset now)
{
    private const string Repository = "https://git.example.com/platform/delivery.git";
    private const string Head = "4f9a1c27b0e85d3361c8fa90b2d74e5512ac8e07";
    private const string Before = "b17c0d9e4a2f6688135cd0e7f1a94b3c2d5e6f70";
    private const string Older = "09d8c7b6a5f4e3d2c1b0a99887766554433221ff";

    /// <summary>A dozen, in every state.</summary>
    public IEnumerable<SampleApplication> Demo()
    {
        yield return Make("demo", parent: "", path: "applications", resources: [.. Names("", "argocd", "Application", "shop", "database", "monitoring", "broken")], subject: "Register the shop's applications");
        yield return Make("shop", path: "shop", resources: Shop(), drift: [new("apps", "Deployment", "shop", "web")], labels: ("team", "web"), subject: "Web 1.8.2: calmer checkout");
        yield return Make("database", path: "database", resources: Database(), labels: ("team", "data"), waitingFor: "Pruning PersistentVolumeClaim/shop/data-old needs a person: it has Prune=confirm.", waitsOn: "Confirmation", confirm: true, drift: [new("", "PersistentVolumeClaim", "shop", "data-old")], driftAction: "Delete");
        yield return Make("monitoring", path: "monitoring", resources: Monitoring(), health: "Progressing", healthMessage: "DaemonSet/monitoring/agent: 2 of 3 updated Pods are available", labels: ("team", "platform"), project: "platform");
        yield return Make("broken", path: "broken", resources: [new("batch", "Job", "shop", "release"), new("", "ConfigMap", "shop", "release-settings")], health: "Degraded", healthMessage: "Job/shop/release: BackoffLimitExceeded: Job has reached the specified backoff limit", sync: "OutOfSync", drift: [new("batch", "Job", "shop", "release")], failed: true, errors: 1,
            conditions: [new("SyncError", "Sync of 4f9a1c27 failed: Job/shop/release did not complete: BackoffLimitExceeded. 3 attempts were made.", now - TimeSpan.FromMinutes(14))], labels: ("team", "web"), waitingFor: "3 of 5 attempts failed; the next one is in 4 min.", waitsOn: "Retry");
        yield return Make("payments", path: "payments", cluster: "eu-west-1", resources: Shop("payments"), suspension: new SuspensionRecord("anna", "Incident 4711: the provider answers slowly", now - TimeSpan.FromHours(3), now + TimeSpan.FromHours(5)), labels: ("team", "payments"), project: "finance");
        yield return Make("search", path: "search", cluster: "eu-west-1", resources: Shop("search"), sync: "Unknown", health: "Unknown", errors: 1, conditions: [new("ComparisonError", "search/values.yaml(12,7): include \"labels\": template \"labels\" is not defined. Define it in templates/_helpers.tpl.", now - TimeSpan.FromMinutes(2))], waitsOn: "Error", waitingFor: "The render failed; it is tried again when a commit comes.", labels: ("team", "search"));
        yield return Make("ingress", path: "ingress", cluster: "eu-west-1", project: "platform", resources: Monitoring("ingress"), labels: ("team", "platform"), waitingFor: "No window of project platform is open; the next one opens in 5 h.", waitsOn: "Window", drift: [new("", "ConfigMap", "ingress", "dashboards")]);
        yield return Make("big", path: "big", cluster: "us-east-1", project: "platform", resources: Big(), labels: ("team", "platform"), drift: [new("apps", "Deployment", "big-1", "service-017"), new("", "ConfigMap", "big-4", "settings-044")]);
        yield return Make("<script>alert('x')</script>", path: "hostile", cluster: "\"><img src=x onerror=alert(1)>", project: "<b>bold</b>", resources: [new("", "ConfigMap", "shop", "<script>alert(document.domain)</script>")], health: "Degraded", healthMessage: "<img src=x onerror=\"window.hacked=1\">", labels: ("<i>team</i>", "</script><script>window.hacked=1</script>"), subject: "<script>window.hacked=1</script>");
        yield return Make("an-application-with-a-name-that-goes-on-and-on-for-as-long-as-kubernetes-lets-it-which-is-253-characters-" + new string('x', 148), path: "a/very/deep/path/that/goes/on/" + new string('y', 120), cluster: "eu-west-1", project: "default", resources: Shop("long"));
        yield return Make("商店-магазин-متجر", path: "国际", cluster: "ap-東京", project: "международный", resources: Shop("i18n"), labels: ("команда", "веб"), health: "Missing", healthMessage: "Deployment/i18n/web: не найден", subject: "日本語のコミットメッセージ");
    }

    /// <summary>Two thousand more.</summary>
    public IEnumerable<SampleApplication> Large()
    {
        string[] kinds = ["web", "api", "worker", "cache", "queue", "report", "mail", "search"];
        string[] healths = ["Healthy", "Healthy", "Healthy", "Healthy", "Healthy", "Healthy", "Progressing", "Degraded"];
        for (var i = 0; i < 2000; i++)
        {
            var cluster = $"cluster-{i % 40:D2}";
            var space = $"team-{i % 25:D2}";
            var drifted = i % 17 == 0;
            yield return Make(
                $"{kinds[i % kinds.Length]}-{i:D4}",
                path: $"apps/{i:D4}", cluster: cluster, space: space, project: $"project-{i % 12:D2}",
                resources: [new("apps", "Deployment", space, $"app-{i:D4}"), new("", "Service", space, $"app-{i:D4}"), new("", "ConfigMap", space, $"app-{i:D4}")],
                health: healths[i % 53 % healths.Length],
                drift: drifted ? [new("apps", "Deployment", space, $"app-{i:D4}")] : [],
                labels: ("team", $"t{i % 25}"));
        }
    }

    private static IEnumerable<ResourceName> Names(string group, string space, string kind, params string[] names) => names.Select(name => new ResourceName(group, kind, space, name));

    private static ResourceName[] Shop(string space = "shop") =>
    [
        new("", "Namespace", "", space), new("", "ConfigMap", space, "settings"), new("", "Secret", space, "credentials"), new("batch", "Job", space, "migrate"),
        new("apps", "Deployment", space, "api"), new("apps", "Deployment", space, "web"), new("", "Service", space, "api"), new("", "Service", space, "web"),
        new("networking.k8s.io", "Ingress", space, "web"), new("autoscaling", "HorizontalPodAutoscaler", space, "web"),
    ];

    private static ResourceName[] Database() =>
    [
        new("", "ConfigMap", "shop", "database-settings"), new("", "Secret", "shop", "database"), new("apps", "StatefulSet", "shop", "database"), new("", "Service", "shop", "database"),
        new("apps", "Deployment", "shop", "exporter"), new("", "PersistentVolumeClaim", "shop", "data-old"),
    ];

    private static ResourceName[] Monitoring(string space = "monitoring") =>
    [
        new("", "Namespace", "", space), new("", "ServiceAccount", space, "agent"), new("rbac.authorization.k8s.io", "ClusterRole", "", $"{space}-agent"),
        new("rbac.authorization.k8s.io", "ClusterRoleBinding", "", $"{space}-agent"), new("apps", "DaemonSet", space, "agent"), new("", "ConfigMap", space, "dashboards"),
    ];

    private static ResourceName[] Big() =>
    [
        .. Enumerable.Range(0, 8).Select(i => new ResourceName("", "Namespace", "", $"big-{i}")),
        .. Enumerable.Range(0, 180).Select(i => new ResourceName("", "ConfigMap", $"big-{i % 8}", $"settings-{i:D3}")),
        .. Enumerable.Range(0, 60).Select(i => new ResourceName("", "Secret", $"big-{i % 8}", $"credentials-{i:D3}")),
        .. Enumerable.Range(0, 110).Select(i => new ResourceName("apps", "Deployment", $"big-{i % 8}", $"service-{i:D3}")),
        .. Enumerable.Range(0, 110).Select(i => new ResourceName("", "Service", $"big-{i % 8}", $"service-{i:D3}")),
        .. Enumerable.Range(0, 32).Select(i => new ResourceName("networking.k8s.io", "Ingress", $"big-{i % 8}", $"service-{i:D3}")),
    ];

    private SampleApplication Make(
        string name, string path, ResourceName[] resources, string parent = "demo", string cluster = "in-cluster", string space = "shop", string project = "shop",
        string health = "Healthy", string healthMessage = "", string? sync = null, ResourceName[]? drift = null, string driftAction = "Update", (string, string)? labels = null,
        string waitingFor = "", string waitsOn = "None", bool confirm = false, int errors = 0, IReadOnlyList<ConditionRecord>? conditions = null,
        SuspensionRecord? suspension = null, bool failed = false, string subject = "Raise limits after last week's load")
    {
        var drifted = drift ?? [];
        var age = TimeSpan.FromMinutes(5 + (Math.Abs(StringComparer.Ordinal.GetHashCode(path) % 5000)) + path.Length);
        var records = resources.Select((resource, i) => new ResourceRecord(
            resource,
            drifted.Contains(resource) ? "OutOfSync" : "Synced",
            resource.Kind is "ConfigMap" or "Secret" or "ServiceAccount" or "ClusterRole" or "ClusterRoleBinding" or "Namespace" ? "" : health is "Healthy" or "Unknown" || i % 3 != 0 ? "Healthy" : health,
            "",
            drifted.Contains(resource) ? driftAction : "None",
            resource.Kind is "Namespace" ? -1 : resource.Kind is "Ingress" or "HorizontalPodAutoscaler" ? 1 : 0,
            drifted.Contains(resource) && driftAction == "Update" ? "spec.replicas: 3 in Git, 5 on the cluster" : "")).ToArray();
        var summary = new ApplicationSummary
        {
            Name = name,
            Project = project,
            Parent = parent,
            Sync = sync ?? (drifted.Length > 0 ? "OutOfSync" : "Synced"),
            Health = health,
            HealthMessage = healthMessage,
            Repository = Repository,
            Path = path,
            TargetRevision = "main",
            Revision = Head,
            Cluster = cluster,
            Namespace = space,
            Automated = true,
            WaitingFor = waitingFor,
            WaitsOn = waitsOn,
            NeedsConfirmation = confirm,
            Errors = errors,
            Labels = labels is var (key, value) ? new Dictionary<string, string> { [key] = value } : new Dictionary<string, string>(),
            Resources = records.Length,
            OutOfSync = drifted.Length,
            Suspension = suspension,
            ChangedAt = now - age,
        };
        RunRecord[] runs = [.. Runs(name, resources, failed, age)];
        return new SampleApplication
        {
            Detail = new ApplicationDetail
            {
                Summary = summary,
                Resources = records,
                Conditions = conditions ?? [],
                LastRun = runs[0],
                ReconciledAt = now - TimeSpan.FromSeconds(37),
                Sources = [new SourceRecord(Repository, path, "", "main", Head, "Marieke de Vries", subject, now - age - TimeSpan.FromMinutes(3))],
                SyncPolicy = "automated, prune, self-heal",
                SyncOptions = ["CreateNamespace=true"],
                DependsOn = name == "shop" ? ["database"] : [],
                Origin = parent.Length == 0 ? "" : $"applications/{name}.yaml:1",
            },
            Tree = [.. Tree(records)],
            Runs = runs,
            Changes = [.. drifted.Select(resource => Change(resource, driftAction))],
        };
    }

    /// <summary>What a drift of a resource looks like in a plan.</summary>
    public static ChangeRecord Change(ResourceName resource, string action) => new(
        resource,
        action,
        action == "Update" ? (resource.Kind == "Deployment" ? ["spec.replicas", "spec.template.spec.containers[name=main].image"] : ["data.theme"]) : [],
        action == "Create" ? "" : resource.Kind == "ConfigMap" ? SampleYaml.Of(resource).Replace("calm", "loud", StringComparison.Ordinal) : SampleYaml.Of(resource, replicas: 5, image: "shop/web:1.8.1"),
        action == "Delete" ? "" : SampleYaml.Of(resource),
        null);

    private IEnumerable<RunRecord> Runs(string name, ResourceName[] resources, bool failed, TimeSpan age)
    {
        for (var i = 0; i < 9; i++)
        {
            var bad = (failed && i < 3) || i == 5;
            var at = now - age - TimeSpan.FromHours(i * 7.5);
            yield return new RunRecord
            {
                Id = (900 - i).ToString("D5", CultureInfo.InvariantCulture) + "-" + (uint)name.Length,
                Application = name,
                Revisions = [i < 2 ? Head : i < 5 ? Before : Older],
                Trigger = (i % 4) switch { 0 => "Automated", 1 => "SelfHeal", 2 => "Manual", _ => "Retry" },
                Initiator = i % 4 == 2 ? "anna" : "plumb",
                Phase = bad ? "Failed" : i == 6 ? "Superseded" : "Succeeded",
                Message = bad ? "1 of the resources failed: " + resources[0] : $"{resources.Length} resources: 1 synced, the others unchanged.",
                StartedAt = at,
                FinishedAt = at + TimeSpan.FromSeconds(3.2 + (i * 11)),
                Results = [.. resources.Take(40).Select((resource, r) => new ResultRecord(resource, bad && r == 0 ? "Failed" : r == 1 ? "Synced" : "Unchanged", bad && r == 0 ? $"{resource}: apply refused: field spec.replicas is owned by \"hpa\". Add it to ignoreDifferences or set force." : "", "Sync", 0, resource.Kind == "Job"))],
            };
        }
    }

    private IEnumerable<TreeRecord> Tree(ResourceRecord[] records)
    {
        foreach (var record in records)
        {
            yield return new TreeRecord(record.Resource, null, record.Health, record.HealthMessage, now - TimeSpan.FromDays(20)) { Sync = record.Sync, Action = record.Action, Wave = record.Wave };
            var (group, kind, space, name) = record.Resource;
            if (kind is "Deployment")
            {
                var set = new ResourceName("apps", "ReplicaSet", space, name + "-7d9c5b6f4");
                yield return new TreeRecord(set, record.Resource, record.Health, "", now - TimeSpan.FromDays(1));
                for (var i = 0; i < (records.Length > 100 ? 1 : 3); i++)
                {
                    yield return new TreeRecord(new ResourceName("", "Pod", space, $"{set.Name}-{(char)('a' + i)}x{i}kq"), set, i == 2 && record.Health != "Healthy" ? "Degraded" : "Healthy", i == 2 && record.Health != "Healthy" ? "CrashLoopBackOff" : "", now - TimeSpan.FromHours(26));
                }
            }
            else if (kind is "StatefulSet" or "DaemonSet" or "Job")
            {
                for (var i = 0; i < (kind == "Job" ? 1 : 3); i++)
                {
                    yield return new TreeRecord(new ResourceName("", "Pod", space, $"{name}-{i}"), record.Resource, i == 2 ? record.Health : "Healthy", "", now - TimeSpan.FromHours(4));
                }
            }
            else if (kind is "Service")
            {
                yield return new TreeRecord(new ResourceName("discovery.k8s.io", "EndpointSlice", space, name + "-hx2v9"), record.Resource, "", "", now - TimeSpan.FromDays(20));
            }
        }
    }
}
