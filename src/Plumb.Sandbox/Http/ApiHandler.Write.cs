using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Access;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

internal sealed partial class ApiHandler
{
    private async Task CreateAsync(Target target)
    {
        var accept = Accept.Negotiate(target.Context.Request);
        if (target.Type.Namespaced && target.Namespace.Length == 0) throw ApiErrors.MethodNotAllowed();
        var write = ReadWrite(target, "");
        var body = await RequestBody.ReadObjectAsync(target.Context, target.Type.Kind).ConfigureAwait(false);
        await AnswerAsync(target, accept, write, w =>
            api.Create(target.Kind, target.Version, target.Namespace, Body(body, w), w))
            .ConfigureAwait(false);
    }

    private async Task UpdateAsync(Target target, string subresource)
    {
        var accept = Accept.Negotiate(target.Context.Request);
        var write = ReadWrite(target, subresource);
        var body = await RequestBody.ReadObjectAsync(target.Context, target.Type.Kind).ConfigureAwait(false);
        if (target.Type.IsCustom && string.IsNullOrEmpty(body["metadata"]["resourceVersion"].AsString()))
            throw ApiErrors.MissingRevision(target.Type, target.Name);

        await AnswerAsync(
            target, accept, write, w => api.Update(target.Kind, target.Version, target.Namespace, target.Name, Body(body, w), w))
            .ConfigureAwait(false);
    }

    private async Task PatchAsync(Target target, string subresource)
    {
        var accept = Accept.Negotiate(target.Context.Request);
        var write = ReadWrite(target, subresource);
        var mediaType = RequestBody.MediaType(target.Context);
        var force = Query.Flag(target.Query, "force");
        if (mediaType is "application/apply-patch+yaml")
        {
            if (Query.Text(target.Query, "fieldManager") is not { Length: > 0 })
            {
                throw ApiErrors.InvalidPatchOptions("fieldManager", "FieldValueRequired", "Required value: is required for apply patch");
            }

            var applied = await RequestBody.ReadAppliedAsync(target.Context).ConfigureAwait(false);
            if (target.Kind.State.Find(target.Namespace, target.Name) is null && subresource.Length == 0)
            {
                // An apply that creates needs both rights.
                access.Authorizer.Check(write.User, AccessRequest.Of(target.Context) with { Verb = "create" });
            }

            await AnswerAsync(target, accept, write, w =>
                api.Apply(target.Kind, target.Version, target.Namespace, target.Name, Body(applied, w), force, w)).ConfigureAwait(false);
            return;
        }

        if (force)
            throw ApiErrors.InvalidPatchOptions("force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch");
        var how = ReadPatchKind(mediaType);
        var patch = await RequestBody.ReadPatchAsync(target.Context, how).ConfigureAwait(false);
        await AnswerAsync(target, accept, write, w =>
            api.Patch(target.Kind, target.Version, target.Namespace, target.Name, how, patch, w)).ConfigureAwait(false);
    }

    private async Task AnswerAsync(Target target, Accept accept, WriteRequest write, Func<WriteRequest, WriteResult> act)
    {
        var result = webhooks.Any
            ? await webhooks.WriteAsync(
                target.Kind, target.Version, target.Namespace, target.Name, write, act, target.Context.RequestAborted).ConfigureAwait(false)
            : act(write);
        await api.Store.WhenDurableAsync(target.Context.RequestAborted).ConfigureAwait(false);
        Responses.AddWarnings(target.Context, write.Warnings);
        await WriteObjectAsync(target, result.Created ? 201 : 200, result.Object, accept).ConfigureAwait(false);
    }

    // A trial must not use up what the real write needs.
    private static MapNode Body(MapNode body, WriteRequest write) => write.DryRun ? body.DeepClone() : body;

    private async Task AskBeforeDeleteAsync(Target target, StoredObject item, bool dryRun)
    {
        if (!webhooks.Any) return;
        var write = new WriteRequest(Manager(target)) { User = AccessControl.UserOf(target.Context), DryRun = dryRun, Warnings = new List<string>() };
        await webhooks.CheckDeleteAsync(target.Kind, target.Version, item, write, target.Context.RequestAborted).ConfigureAwait(false);
        Responses.AddWarnings(target.Context, write.Warnings);
    }

    private async Task DeleteAsync(Target target)
    {
        var accept = Accept.Negotiate(target.Context.Request);
        var request = await ReadDeleteAsync(target).ConfigureAwait(false);
        if (target.Kind.State.Find(target.Namespace, target.Name) is { } asked)
            await AskBeforeDeleteAsync(target, asked, request.DryRun).ConfigureAwait(false);
        var result = api.Delete(target.Kind, target.Namespace, target.Name, request);
        await api.Store.WhenDurableAsync(target.Context.RequestAborted).ConfigureAwait(false);
        if (!result.IsGone || ReturnsDeleted(target.Type))
        {
            await WriteObjectAsync(target, 200, result.Object, accept).ConfigureAwait(false);
            return;
        }

        var details = new MapNode { ["name"] = target.Name };
        if (target.Type.Group.Length > 0) details["group"] = target.Type.Group;
        details["kind"] = target.Type.Plural;
        details["uid"] = result.Object.Object.Uid;
        await Responses.WriteAsync(target.Context, 200, Success(details)).ConfigureAwait(false);
    }

    // Kinds whose registry answers a delete with the object itself.
    private static bool ReturnsDeleted(ResourceType type) =>
        type is { Group: "", Kind: "Pod" or "Service" or "ServiceAccount" or "PodTemplate" or "ResourceQuota" or "PersistentVolume" or "PersistentVolumeClaim" };

    private async Task DeleteCollectionAsync(Target target)
    {
        if (!target.Version.Verbs.Contains("deletecollection")) throw ApiErrors.MethodNotAllowed();
        var labels = LabelSelector.Parse(Query.Text(target.Query, "labelSelector"));
        var fields = FieldSelector.Parse(Query.Text(target.Query, "fieldSelector"), target.Type, target.Version);
        var request = await ReadDeleteAsync(target).ConfigureAwait(false);
        if (target.Type.Namespaced && target.Namespace.Length == 0) throw ApiErrors.MethodNotAllowed();
        var (state, revision) = api.Store.Read(target.Kind);
        var chosen = state.Range(target.Type.Namespaced ? target.Namespace : null, null).Where(i => Matches(i, labels, fields)).ToList();
        foreach (var item in chosen)
        {
            try
            {
                await AskBeforeDeleteAsync(target, item, request.DryRun).ConfigureAwait(false);
                api.Delete(target.Kind, item.Namespace, item.Name, request);
            }
            catch (ApiException e) when (e.Code == 404)
            {
                // Somebody else deleted it.
            }
        }

        await api.Store.WhenDurableAsync(target.Context.RequestAborted).ConfigureAwait(false);
        await WriteListAsync(target.Context, target.Type.ListKind, target.ApiVersion,
            revision.ToString(System.Globalization.CultureInfo.InvariantCulture), "", null, chosen.Select(i => i.ItemAs(target.ApiVersion, !target.Type.IsCustom)), target.Type.IsCustom)
            .ConfigureAwait(false);
    }

    private static MapNode Success(MapNode details) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new MapNode(),
        ["status"] = "Success",
        ["details"] = details,
    };

    private static async Task<DeleteRequest> ReadDeleteAsync(Target target)
    {
        var body = await RequestBody.ReadOptionalAsync(target.Context).ConfigureAwait(false);
        Node options = body;
        if (options["kind"].AsString() is { Length: > 0 } kind && kind != "DeleteOptions")
        {
            throw ApiErrors.Unreadable($"no kind \"{kind}\" is registered for version \"{options["apiVersion"].AsString()}\" in scheme " +
                "\"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"");
        }

        if (!options["propagationPolicy"].IsNullOrAbsent && !options["orphanDependents"].IsNullOrAbsent)
        {
            throw ApiErrors.InvalidOptions("DeleteOptions", [new("FieldValueInvalid", "propagationPolicy",
                $"Invalid value: \"{options["propagationPolicy"].AsString()}\": orphanDependents and deletionPropagation cannot be both set")]);
        }

        var text = options["propagationPolicy"].AsString() ?? Query.Text(target.Query, "propagationPolicy");
        if (text is null && (options["orphanDependents"].AsBool() ?? (target.Query.ContainsKey("orphanDependents")
            ? Query.Flag(target.Query, "orphanDependents") : null)) is { } orphan)
        {
            text = orphan ? "Orphan" : "Background";
        }

        return new DeleteRequest
        {
            Propagation = text switch
            {
                null or "" => null,
                "Background" => DeletePropagation.Background,
                "Foreground" => DeletePropagation.Foreground,
                "Orphan" => DeletePropagation.Orphan,
                _ => throw ApiErrors.InvalidOptions("DeleteOptions", [new("FieldValueNotSupported", "propagationPolicy",
                    $"Unsupported value: \"{text}\": supported values: \"Background\", \"Foreground\", \"Orphan\", \"nil\"")]),
            },
            Uid = options["preconditions"]["uid"].AsString(),
            ResourceVersion = options["preconditions"]["resourceVersion"].AsString(),
            DryRun = Options.IsDryRun([.. target.Query["dryRun"].OfType<string>(), .. Texts(options["dryRun"])], "DeleteOptions"),
        };
    }

    private static IEnumerable<string> Texts(Node list) => list.AsList()?.Select(n => n.AsString() ?? "") ?? [];

    private static PatchKind ReadPatchKind(string mediaType) => mediaType switch
    {
        "application/json-patch+json" => PatchKind.Json,
        "application/merge-patch+json" => PatchKind.Merge,
        "application/strategic-merge-patch+json" => PatchKind.Strategic,
        _ => throw new ApiException(415, "UnsupportedMediaType", "415: Unsupported Media Type") { Details = new MapNode() },
    };

    private static bool IsDryRun(Target target) => Options.IsDryRun([.. target.Query["dryRun"].OfType<string>()], "CreateOptions");

    private static WriteRequest ReadWrite(Target target, string subresource)
    {
        var options = target.Context.Request.Method switch { "POST" => "CreateOptions", "PUT" => "UpdateOptions", _ => "PatchOptions" };
        Options.CheckManager(Query.Text(target.Query, "fieldManager"), options);
        return new(Manager(target))
        {
            User = AccessControl.UserOf(target.Context),
            Subresource = subresource,
            DryRun = Options.IsDryRun([.. target.Query["dryRun"].OfType<string>()], options),
            Warnings = new List<string>(),
            Validation = Query.Text(target.Query, "fieldValidation") switch
            {
                "Ignore" => FieldValidation.Ignore,
                "Strict" => FieldValidation.Strict,
                _ => FieldValidation.Warn,
            },
        };
    }

    /// <summary>The stated manager, else the first part of the user agent, as the API server does.</summary>
    private static string Manager(Target target)
    {
        if (Query.Text(target.Query, "fieldManager") is { Length: > 0 } stated) return stated;
        var agent = target.Context.Request.Headers.UserAgent.ToString();
        var name = agent.Split('/')[0];
        return name.Length == 0 ? "unknown" : name;
    }
}
