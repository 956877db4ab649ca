using System.Net;
using Plumb.Api;
using Plumb.Kubernetes.Clusters;
using Plumb.Server.Access;
using Plumb.Server.Access.Auditing;

namespace Plumb.Server.Api;

/// <content>Clusters.</content>
internal sealed partial class ServerApi
{
    private const int MaxName = 253;
    private const int MaxAddress = 2000;

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
        var given = await ReadAsync(caller, body, "add the cluster", ct);
        var replaced = body.Replace ? ClusterList.Find(body.Name) : null;
        // Who puts a cluster in another's place takes that away from its project too.
        if (replaced is not null) await DemandAsync(caller, Clusters, "update", SubjectOf(replaced), "replace the cluster", body.Name, replaced.Project, ct);
        await DemandAsync(caller, Clusters, replaced is null ? "create" : "update", given.Subject, "add the cluster", body.Name, body.Project, ct);
        return await ChangeAsync(
            caller, "cluster.add", body.Name, body.Project, given.Cluster.Address,
            async () =>
            {
                DemandProgram(caller, given.Cluster, replaced is null ? "create" : "update");
                await parts.Engine.ClusterAdmin.AddAsync(given.Cluster, ct);
                return Seen(caller, ClusterList.Find(body.Name) ?? throw NoCluster(body.Name));
            },
            ct);
    }

    public async Task<ClusterCheckRecord> CheckClusterAsync(ClusterBody body, CancellationToken ct)
    {
        var caller = Caller;
        var given = await ReadAsync(caller, body, "check the cluster", ct);
        var mayReplace = body.Replace && May(caller, Clusters, "update", given.Subject);
        if (!mayReplace) await DemandAsync(caller, Clusters, "create", given.Subject, "check the cluster", body.Name, body.Project, ct);
        return await ChangeAsync(
            caller, "cluster.check", body.Name, body.Project, given.Cluster.Address,
            async () =>
            {
                DemandProgram(caller, given.Cluster, mayReplace ? "update" : "create");
                var answer = await parts.Engine.ClusterAdmin.TryAsync(given.Cluster, ct);
                return new ClusterCheckRecord
                {
                    Server = given.Cluster.Address,
                    Credentials = answer.Credentials,
                    Version = answer.Version,
                    Fault = answer.Fault,
                    Context = given.Context,
                    Contexts = given.Contexts,
                };
            },
            ct);
    }

    public async Task<ClusterRecord> ChangeClusterAsync(string name, ClusterPatch patch, CancellationToken ct)
    {
        var caller = Caller;
        var cluster = FindCluster(caller, name);
        if (patch.Name is { Length: > MaxName }) throw BadRequest($"the cluster's name may have {MaxName} characters");
        await DemandAsync(caller, Clusters, "update", SubjectOf(cluster), "change the cluster", name, cluster.Project, ct);
        return await ChangeAsync(
            caller, "cluster.change", name, cluster.Project, patch.Name is null ? "labels" : $"name: {patch.Name}",
            async () =>
            {
                if (patch.Labels.Count > 0) await parts.Engine.ClusterAdmin.LabelAsync(name, patch.Labels, ct);
                var to = patch.Name ?? name;
                if (to != name)
                {
                    var users = parts.Engine.Reconciler.Applications.Where(a => a.Spec.Destination.Name == name).Select(a => a.Spec).ToList();
                    if (users.Count > 0 && !patch.Force)
                    {
                        var words = ClusterList.Words([.. users.Where(u => MaySee(caller, u)).Select(u => u.Name)], users.Count);
                        throw Conflict($"{words} by the name {name} and would lose the cluster: change their destination.name first, or force it");
                    }

                    await parts.Engine.ClusterAdmin.RenameAsync(name, to, ct);
                }

                return Seen(caller, ClusterList.Find(to) ?? throw NoCluster(to));
            },
            ct);
    }

    public async Task RemoveClusterAsync(string name, bool force, CancellationToken ct)
    {
        var caller = Caller;
        var cluster = FindCluster(caller, name);
        await DemandAsync(caller, Clusters, "delete", SubjectOf(cluster), "remove the cluster", name, cluster.Project, ct);
        await ChangeAsync(
            caller, "cluster.remove", name, cluster.Project, cluster.Applications > 0 ? $"{cluster.Applications} applications went there" : "",
            async () =>
            {
                if (cluster.Applications > 0 && !force)
                {
                    var words = ClusterList.Words(Seen(caller, cluster).ApplicationNames, cluster.Applications);
                    throw Conflict($"{words}: delete them first, or force it, which leaves what they made on the cluster");
                }

                await parts.Engine.ClusterAdmin.RemoveAsync(name, ct);
                return true;
            },
            ct);
    }

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

    /// <summary>Reads what is given, for those only who may add or replace some cluster.</summary>
    private async Task<GivenCluster> ReadAsync(Caller caller, ClusterBody body, string what, CancellationToken ct)
    {
        // Names go into refusals and the audit trail: none is taken at any length.
        if (body.Name.Length > MaxName || body.Project.Length > MaxName || body.Server.Length > MaxAddress || body.Context.Length > MaxAddress)
            throw BadRequest($"the cluster's name and project may have {MaxName} characters, its server and context {MaxAddress}");
        if (!parts.Rights.MaySome(caller, Clusters, "create") && !parts.Rights.MaySome(caller, Clusters, "update"))
            await DemandAsync(caller, Clusters, "create", "*", what, body.Name, body.Project, ct);
        return GivenCluster.Read(body);
    }

    /// <summary>
    /// Credentials may name a program, which runs on Plumb's machine: who may add clusters to one project only may not run programs there.
    /// </summary>
    private void DemandProgram(Caller caller, NewCluster cluster, string action)
    {
        if (cluster.Project.Length == 0 || ClusterAdmin.ProgramOf(cluster) is not { Length: > 0 } program || May(caller, Clusters, action, cluster.Address)) return;
        throw new PlumbApiException(
            $"the credentials name the program {program}, which would run on Plumb's machine: that needs the right \"{Clusters}, {action}, {cluster.Address}\", "
            + "of no project. Give a token or a certificate instead",
            HttpStatusCode.Forbidden);
    }

    /// <summary>Does something to a cluster and writes down how that ended.</summary>
    private async Task<T> ChangeAsync<T>(Caller caller, string what, string name, string project, string detail, Func<Task<T>> change, CancellationToken ct)
    {
        Task NoteAsync(AuditOutcome outcome, string words) =>
            parts.Audit.RecordAsync(AuditEntry.By(caller, what, name, outcome, words) with { Project = project }, ct.IsCancellationRequested ? CancellationToken.None : ct);
        try
        {
            var result = await change();
            await NoteAsync(AuditOutcome.Done, detail);
            return result;
        }
        catch (ClusterRefusedException e)
        {
            await NoteAsync(AuditOutcome.Failed, e.Message);
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
            await NoteAsync(e.Status == HttpStatusCode.Forbidden ? AuditOutcome.Refused : AuditOutcome.Failed, e.Message);
            throw;
        }
    }
}
