using System.Text;
using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Patches;
using Plumb.Sandbox.Access;
using Plumb.Sandbox.Admission;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;
using Plumb.Sandbox.Tables;

namespace Plumb.Sandbox.Http;

internal sealed partial class ApiHandler
{
    private Task SubresourceAsync(Target target, string method)
    {
        var read = method is "GET" or "HEAD";
        switch (target.Path.Subresource)
        {
            case not ("status" or "scale") when target.Type.IsCustom:
            case "status" when target.Type.IsCustom && !target.Version.HasStatus:
            case "scale" when target.Type.IsCustom && target.Version.Scale is null:
                throw ApiErrors.NotFound(target.Type, target.Name);
            case "status" when target.Version.HasStatus:
                return read ? GetAsync(target) : method switch
                {
                    "PUT" => UpdateAsync(target, "status"),
                    "PATCH" => PatchAsync(target, "status"),
                    _ => throw ApiErrors.MethodNotAllowed(),
                };
            case "scale" when target.Version.Scale is { } paths:
                return read ? WriteScaleAsync(target, FindScaled(target), paths) : method switch
                {
                    "PUT" or "PATCH" => ScaleAsync(target, paths, method),
                    _ => throw ApiErrors.MethodNotAllowed(),
                };
            case "log" when target.Type.Is("", "Pod") && read: return LogAsync(target);
            case "eviction" when target.Type.Is("", "Pod") && method == "POST": return EvictAsync(target);
            case "token" when target.Type.Is("", "ServiceAccount") && method == "POST": return TokenAsync(target);
            case "approval" when target.Type.Is("certificates.k8s.io", "CertificateSigningRequest"):
                return read ? GetAsync(target) : method switch
                {
                    "PUT" => UpdateAsync(target, "approval"),
                    "PATCH" => PatchAsync(target, "approval"),
                    _ => throw ApiErrors.MethodNotAllowed(),
                };
            case "exec" or "attach" or "portforward" or "proxy" when target.Type.Is("", "Pod"):
            case "proxy" when target.Type.Kind is "Service" or "Node" && target.Type.Group.Length == 0:
                Find(target);
                throw NothingRuns(target);
            case "finalize" when target.Type.Is("", "Namespace") && method == "PUT": return UpdateAsync(target, "finalize");
            default: throw ApiErrors.NoSuchPath();
        }
    }

    private static StoredObject FindScaled(Target target) =>
        target.Kind.State.Find(target.Namespace, target.Name) ?? throw ApiErrors.NotFoundScale(target.Type, target.Name);

    private static StoredObject Find(Target target) =>
        target.Kind.State.Find(target.Namespace, target.Name) ?? throw ApiErrors.NotFound(target.Type, target.Name);

    private Task WriteScaleAsync(Target target, StoredObject obj, ScalePaths paths)
    {
        var scale = ScaleOf(obj, paths);
        if (Accept.Negotiate(target.Context.Request).Shape != Shape.Table) return Responses.WriteAsync(target.Context, 200, scale);
        var table = new TableWriter(ScaleType, ScaleType.Versions[0], Query.Text(target.Query, "includeObject") ?? "Metadata");
        return Responses.WriteAsync(target.Context, 200, table.Write(
            [new StoredObject(new(scale), obj.Revision)], obj.Object.ResourceVersion, "", null, time.GetUtcNow()));
    }

    private static ResourceType ScaleType { get; } =
        new("autoscaling", "Scale", "scales", true, [new("v1", Plumb.Manifests.Schemas.Schema.Unknown, false, null)], "v1");

    private static MapNode ScaleOf(StoredObject obj, ScalePaths paths)
    {
        Node root = obj.Object.Root;
        var metadata = new MapNode { ["name"] = obj.Name };
        if (obj.Namespace.Length > 0) metadata["namespace"] = obj.Namespace;
        foreach (var field in (ReadOnlySpan<string>)["uid", "resourceVersion", "creationTimestamp"])
            metadata[field] = root["metadata"][field];
        var status = new MapNode { ["replicas"] = root.At(paths.Status.Split('.')).AsInt() ?? 0 };
        var selector = obj.Object.Kind is "Deployment" or "ReplicaSet" or "StatefulSet" or "ReplicationController"
            ? SelectorText(root["spec"]["selector"])
            : paths.Selector is { } path ? root.At(path.Split('.')).AsString() : null;
        if (!string.IsNullOrEmpty(selector)) status["selector"] = selector;
        return new MapNode
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = root.At(paths.Spec.Split('.')).AsInt() is { } wanted and not 0 ? new MapNode { ["replicas"] = wanted } : new MapNode(),
            ["status"] = status,
        };
    }

    private static string SelectorText(Node selector)
    {
        var labels = selector["matchLabels"].AsMap() ?? (selector["matchExpressions"].IsAbsent ? selector.AsMap() : null);
        return labels is null
            ? ""
            : string.Join(",", labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value.AsString()}"));
    }

    private async Task ScaleAsync(Target target, ScalePaths paths, string method)
    {
        var write = ReadWrite(target, "scale");
        var mediaType = RequestBody.MediaType(target.Context);
        var body = await RequestBody.ReadAsync(target.Context, "application/json").ConfigureAwait(false);
        var current = FindScaled(target);
        Node scale = ScaleOf(current, paths);
        try
        {
            scale = method == "PUT" ? body
                : mediaType == "application/json-patch+json" ? JsonPatch.Apply(scale, body.AsList() ?? [])
                : MergePatch.Apply(scale, body);
        }
        catch (PatchException e)
        {
            throw ApiErrors.InvalidPatch(e.Message);
        }

        if (method == "PUT" && scale["metadata"]["name"].AsString() is { } named && named != target.Name)
            throw ApiErrors.BadRequest($"the name of the object ({named}) does not match the name on the URL ({target.Name})");
        var replicas = scale["spec"]["replicas"].AsInt() ?? 0;
        if (replicas < 0)
        {
            throw ApiErrors.InvalidScale(target.Name,
                [new("FieldValueInvalid", "spec.replicas", $"Invalid value: {replicas}: must be greater than or equal to 0")]);
        }

        var root = current.RootAs(target.ApiVersion).DeepClone();
        var path = paths.Spec.Split('.');
        var map = root;
        foreach (var key in path[..^1]) map = map.GetOrAddMap(key);
        map[path[^1]] = replicas;
        root.GetOrAddMap("metadata")["resourceVersion"] = scale["metadata"]["resourceVersion"];
        var lenient = write with { Validation = FieldValidation.Ignore };
        var result = api.Update(target.Kind, target.Version, target.Namespace, target.Name, root, lenient);
        await api.Store.WhenDurableAsync(target.Context.RequestAborted).ConfigureAwait(false);
        await WriteScaleAsync(target, result.Object, paths).ConfigureAwait(false);
    }

    private async Task LogAsync(Target target)
    {
        var aborted = target.Context.RequestAborted;
        // Subscribed before the Pod is read: nothing between the two is missed.
        var changes = Query.Flag(target.Query, "follow") ? api.WatchAll(aborted) : null;
        var pod = Find(target).Object.Root;
        var containers = pod["spec"]["containers"].AsList() ?? [];
        var asked = Query.Text(target.Query, "container");
        if (asked is null && containers.Count > 1)
        {
            var names = string.Join(" ", containers.Select(c => c["name"].AsString()));
            throw ApiErrors.BadRequest($"a container name must be specified for pod {target.Name}, choose one of: [{names}]");
        }

        var name = asked ?? containers.FirstOrDefault()["name"].AsString() ?? "";
        if (!containers.Concat(pod["spec"]["initContainers"].AsList() ?? []).Any(c => c["name"] == name))
            throw ApiErrors.BadRequest($"container {name} is not valid for pod {target.Name}");
        var log = new ContainerLog(pod, name);
        var previous = Query.Flag(target.Query, "previous");
        if (previous && !log.HasPrevious) throw ApiErrors.BadRequest($"previous terminated container \"{name}\" in pod \"{target.Name}\" not found");
        if (!previous && log.WhyNone is { } why) throw ApiErrors.BadRequest(why);
        var timestamps = Query.Flag(target.Query, "timestamps");
        var lines = log.Lines(previous);
        var written = lines.Count;
        IEnumerable<(DateTimeOffset At, string Text)> shown = lines;
        if (DateTimeOffset.TryParse(Query.Text(target.Query, "sinceTime"), System.Globalization.CultureInfo.InvariantCulture, out var since)) shown = shown.Where(l => l.At >= since);
        if (int.TryParse(Query.Text(target.Query, "sinceSeconds"), out var seconds)) shown = shown.Where(l => l.At >= time.GetUtcNow().AddSeconds(-seconds));
        if (int.TryParse(Query.Text(target.Query, "tailLines"), out var tail)) shown = shown.TakeLast(tail);
        var text = ContainerLog.Write(shown, timestamps);
        if (changes is null)
        {
            await Responses.WriteAsync(target.Context, 200, text, "text/plain").ConfigureAwait(false);
            return;
        }

        var response = target.Context.Response;
        response.ContentType = "text/plain";
        await response.BodyWriter.WriteAsync(text, aborted).ConfigureAwait(false);
        if (log.HasEnded || previous) return;
        await foreach (var change in changes.ConfigureAwait(false))
        {
            if (change.Object.Kind != "Pod" || change.Object.Name != target.Name || change.Object.Namespace != target.Namespace) continue;
            if (change.Object.Uid != pod["metadata"]["uid"].AsString() || change.Kind == WatchKind.Deleted) return;
            log = new ContainerLog(change.Object.Root, name);
            lines = log.Lines(previous: false);
            await response.BodyWriter.WriteAsync(ContainerLog.Write(lines.Skip(written), timestamps), aborted).ConfigureAwait(false);
            written = Math.Max(written, lines.Count);
            if (log.HasEnded) return;
        }
    }

    private async Task EvictAsync(Target target)
    {
        await RequestBody.ReadOptionalAsync(target.Context).ConfigureAwait(false);
        new Evictions(api).Take(Find(target).Object, IsDryRun(target));
        if (!IsDryRun(target)) api.Delete(target.Kind, target.Namespace, target.Name, new DeleteRequest());
        await api.Store.WhenDurableAsync(target.Context.RequestAborted).ConfigureAwait(false);
        await Responses.WriteAsync(target.Context, 201, new MapNode
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new MapNode(),
            ["status"] = "Success",
            ["code"] = 201,
        }).ConfigureAwait(false);
    }

    private async Task TokenAsync(Target target)
    {
        var request = await RequestBody.ReadObjectAsync(target.Context).ConfigureAwait(false);
        var found = Find(target);
        var spec = request.GetOrAddMap("spec");
        var seconds = spec["expirationSeconds"].AsInt() ?? 3600;
        if (seconds < 600)
        {
            throw new ApiException(422, "Invalid", $"TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: " +
                $"{seconds}: may not specify a duration less than 10 minutes");
        }

        var audiences = spec["audiences"].Texts().ToList();
        if (audiences.Count == 0) audiences = [AccountTokens.Issuer];
        spec["audiences"] = new ListNode(audiences.Select(a => (Node)a));
        spec["expirationSeconds"] = seconds;
        var (token, expires) = access.Tokens.Issue(found.Object, TimeSpan.FromSeconds(seconds), audiences);
        request["status"] = new MapNode { ["token"] = token, ["expirationTimestamp"] = Timestamps.Format(expires!.Value) };
        await Responses.WriteAsync(target.Context, 201, request).ConfigureAwait(false);
    }

    private static ApiException NothingRuns(Target target) => new(501, "NotImplemented",
        $"{target.Type.Singular} \"{target.Name}\" cannot {target.Path.Subresource}: the sandbox runs no containers; use a real cluster for this");
}
