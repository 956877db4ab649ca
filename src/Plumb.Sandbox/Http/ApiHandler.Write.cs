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
        var body = await RequestBody.ReadObjectAsync(target.Context).ConfigureAwait(false);
        await AnswerAsync(target, accept, write, w =>
            api.Create(target.Kind, target.Version, target.Namespace, Body(body, w), w))
            .ConfigureAwait(false);
    }

    private async Task UpdateAsync(Target target, string subresource)
    {
        var accept = Accept.Negotiate(target.Context.Request);
        var write = ReadWrite(target, subresource);
        var body = await RequestBody.ReadObjectAsync(target.Context).ConfigureAwait(false);
        if (target.Type.IsCustom && string.IsNullOrEmpty(body["metadata"]["resourceVersion"].AsString()))
        {
            throw ApiErrors.Invalid(target.Type, target.Name,
                [new("FieldValueInvalid", "metadata.resourceVersion", "Invalid value: 0x0: must be specified for an update")]);
        }

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

            var applied = (await RequestBody.ReadAsync(target.Context, "application/yaml").ConfigureAwait(false)).AsMap()
                ?? throw ApiErrors.BadRequest("error decoding YAML: the body is no object");
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
        var patch = await RequestBody.ReadAsync(target.Context, "application/json").ConfigureAwait(false);
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
        if (!result.IsGone)
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

    private async Task DeleteCollectionAsync(Target target)
    {
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
            revision.ToString(System.Globalization.CultureInfo.InvariantCulture), "", null, chosen.Select(i => i.JsonAs(target.ApiVersion)))
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
                _ => throw ApiErrors.InvalidDeleteOptions("propagationPolicy",
                    $"Unsupported value: \"{text}\": supported values: \"Background\", \"Foreground\", \"Orphan\", \"nil\""),
            },
            Uid = options["preconditions"]["uid"].AsString(),
            ResourceVersion = options["preconditions"]["resourceVersion"].AsString(),
            DryRun = IsDryRun(target) || options["dryRun"].AsList() is { Count: > 0 },
        };
    }

    private static PatchKind ReadPatchKind(string mediaType) => mediaType switch
    {
        "application/json-patch+json" => PatchKind.Json,
        "application/merge-patch+json" => PatchKind.Merge,
        "application/strategic-merge-patch+json" => PatchKind.Strategic,
        _ => throw ApiErrors.UnsupportedMediaType(
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml"),
    };

    private static WriteRequest ReadWrite(Target target, string subresource) => new(Manager(target))
    {
        User = AccessControl.UserOf(target.Context),
        Subresource = subresource,
        DryRun = IsDryRun(target),
        Warnings = new List<string>(),
        Validation = Query.Text(target.Query, "fieldValidation") switch
        {
            "Ignore" => FieldValidation.Ignore,
            "Strict" => FieldValidation.Strict,
            _ => FieldValidation.Warn,
        },
    };

    private static bool IsDryRun(Target target) => Query.Text(target.Query, "dryRun") switch
    {
        null => false,
        "All" => true,
        var other => throw ApiErrors.BadRequest($"dryRun: Unsupported value: \"{other}\": supported values: \"All\""),
    };

    /// <summary>The stated manager, else the first part of the user agent, as the API server does.</summary>
    private static string Manager(Target target)
    {
        if (Query.Text(target.Query, "fieldManager") is { Length: > 0 } stated) return stated;
        var agent = target.Context.Request.Headers.UserAgent.ToString();
        var name = agent.Split('/')[0];
        return name.Length == 0 ? "unknown" : name;
    }
}
