using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Plumb.Api;
using Plumb.Kubernetes.Clusters;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Targets;

namespace Plumb.Server.Http;

/// <summary>Clusters over HTTP. Nothing here waits for a cluster but the check of one that is being added.</summary>
internal static class ClusterEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var clusters = api.MapGroup("clusters");
        clusters.MapGet("", (Reconciler reconciler, ClusterRegistry registry) => Json(List(reconciler, registry), ApiJson.Default.IReadOnlyListClusterRecord));
        clusters.MapGet("{name}", (string name, Reconciler reconciler, ClusterRegistry registry) =>
            Find(name, reconciler, registry) is { } found ? Json(found, ApiJson.Default.ClusterRecord) : Problems.NoCluster(name));
        clusters.MapPost("", AddAsync);
        clusters.MapPatch("{name}", ChangeAsync);
        clusters.MapDelete("{name}", RemoveAsync);
    }

    private static async Task<IResult> AddAsync(HttpRequest request, Reconciler reconciler, ClusterRegistry registry, ClusterAdmin admin, CancellationToken ct)
    {
        if (await ReadAsync(request, ApiJson.Default.ClusterBody, ct) is not { } body) return Problems.BadRequest("the body describes no cluster");
        return await TryAsync(async () =>
        {
            await admin.AddAsync(
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
            return Shown(body.Name, reconciler, registry);
        });
    }

    private static async Task<IResult> ChangeAsync(
        string name, HttpRequest request, Reconciler reconciler, ClusterRegistry registry, ClusterAdmin admin, CancellationToken ct)
    {
        if (await ReadAsync(request, ApiJson.Default.ClusterPatch, ct) is not { } patch) return Problems.BadRequest("the body describes no change");
        return await TryAsync(async () =>
        {
            if (patch.Labels.Count > 0) await admin.LabelAsync(name, patch.Labels, ct);
            if (patch.Name is not { } to || to == name) return Shown(name, reconciler, registry);
            var users = reconciler.Applications.Where(a => a.Spec.Destination.Name == name).Select(a => a.Spec.Name).ToList();
            if (users.Count > 0 && !patch.Force)
                return Problems.Conflict($"{Words(users)} by the name {name} and would lose the cluster: change their destination.name first, or use --force");
            await admin.RenameAsync(name, to, ct);
            return Shown(to, reconciler, registry);
        });
    }

    private static Task<IResult> RemoveAsync(
        string name, Reconciler reconciler, ClusterRegistry registry, ClusterAdmin admin, CancellationToken ct, bool force = false) => TryAsync(async () =>
    {
        if (Find(name, reconciler, registry) is { ApplicationNames: { Count: > 0 } users } && !force)
            return Problems.Conflict($"{Words(users)}: delete them first, or use --force, which leaves what they made on the cluster");
        await admin.RemoveAsync(name, ct);
        return Results.NoContent();
    });

    private static string Words(IReadOnlyList<string> users) =>
        string.Join(", ", users.Take(5)) + (users.Count > 5 ? $" and {users.Count - 5} more" : "") + (users.Count == 1 ? " goes there" : " go there");

    private static async Task<IResult> TryAsync(Func<Task<IResult>> act)
    {
        try
        {
            return await act();
        }
        catch (ClusterRefusedException e)
        {
            return e.Refusal switch
            {
                ClusterRefusal.NotFound => Results.Problem(e.Message, title: "Not found", statusCode: StatusCodes.Status404NotFound),
                ClusterRefusal.Conflict => Problems.Conflict(e.Message),
                ClusterRefusal.Invalid => Problems.BadRequest(e.Message),
                _ => Problems.BadGateway(e.Message),
            };
        }
    }

    private static IResult Shown(string name, Reconciler reconciler, ClusterRegistry registry) =>
        Find(name, reconciler, registry) is { } found ? Json(found, ApiJson.Default.ClusterRecord) : Problems.NoCluster(name);

    private static ClusterRecord? Find(string name, Reconciler reconciler, ClusterRegistry registry)
    {
        var list = List(reconciler, registry);
        return list.FirstOrDefault(c => c.Name == name) ?? (registry.Find(new DestinationSpec(name)) is { } target ? list.FirstOrDefault(c => c.Name == target.Name) : null);
    }

    private static List<ClusterRecord> List(Reconciler reconciler, ClusterRegistry registry)
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
            .. registry.All.Select(t => Record(t, users.GetValueOrDefault(t) ?? [])),
            .. registry.Unusable.Select(u => new ClusterRecord(u.Name, "", 0, u.Why) { Server = u.Server, Connection = "LeftOut", Origin = u.Origin }),
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

    private static async Task<T?> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, type, ct);
        }
        catch (JsonException)
        {
            return null; // what it says may hold a secret
        }
    }

    private static IResult Json<T>(T value, JsonTypeInfo<T> type) => Results.Json(value, type);
}
