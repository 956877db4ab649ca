using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Storage;
using Plumb.Sandbox.Tables;

namespace Plumb.Sandbox.Http;

internal sealed partial class ApiHandler
{
    private async Task GetAsync(Target target)
    {
        var accept = Accept.Negotiate(target.Context.Request).ForObject(target.Type);
        CheckRevisionReached(target);
        var found = target.Kind.State.Find(target.Namespace, target.Name) ?? throw ApiErrors.NotFound(target.Type, target.Name);
        await api.Store.WhenDurableAsync(target.Context.RequestAborted).ConfigureAwait(false);
        await WriteObjectAsync(target, 200, found, accept).ConfigureAwait(false);
    }

    private Task WriteObjectAsync(Target target, int code, StoredObject obj, Accept accept) => accept.Shape switch
    {
        Shape.Table => Responses.WriteAsync(target.Context, code, TableWriter(target).Write([obj], obj.Object.ResourceVersion, "", null, time.GetUtcNow())),
        Shape.PartialMetadata => Responses.WriteAsync(target.Context, code, PartialMetadata.Of(obj)),
        _ => Responses.WriteAsync(target.Context, code, obj.JsonAs(target.ApiVersion)),
    };

    private static TableWriter TableWriter(Target target) => new(target.Type, target.Version, IncludeObject(target));

    private static string IncludeObject(Target target) => Query.Text(target.Query, "includeObject") switch
    {
        null or "" => "Metadata",
        "Metadata" or "Object" or "None" => Query.Text(target.Query, "includeObject")!,
        var other => throw ApiErrors.BadRequest(
            $"Unable to convert to Table as requested: includeObject: Invalid value: \"{other}\": must be 'Metadata', 'Object', 'None', or empty"),
    };

    private async Task ListAsync(Target target)
    {
        var accept = Accept.Negotiate(target.Context.Request).ForList(target.Type);
        Options.CheckList(target.Query);
        var labels = LabelSelector.Parse(Query.Text(target.Query, "labelSelector"));
        var fields = FieldSelector.Parse(Query.Text(target.Query, "fieldSelector"), target.Type, target.Version);
        var page = ReadPage(target);
        var ns = target.Type.Namespaced && target.Path.Namespace.Length > 0 ? target.Namespace : null;
        var (items, next) = Select(page, ns, labels, fields);
        var remaining = next is not null && labels.SelectsEverything && fields.SelectsEverything
            ? page.State.Range(ns, null).Count() - page.Skipped(ns) - items.Count
            : (int?)null;
        var token = next is null ? "" : ContinueToken(page.Revision, next);
        if (next is not null) target.Kind.KeepForPaging(page.Revision, page.State);
        var revision = page.Revision.ToString(CultureInfo.InvariantCulture);
        await api.Store.WhenDurableAsync(target.Context.RequestAborted).ConfigureAwait(false);
        switch (accept.Shape)
        {
            case Shape.Table:
                await Responses.WriteAsync(target.Context, 200,
                    TableWriter(target).Write(items, revision, token, remaining, time.GetUtcNow()))
                    .ConfigureAwait(false);
                break;
            case Shape.PartialMetadata or Shape.PartialMetadataList:
                await WriteListAsync(
                    target.Context, "PartialObjectMetadataList", "meta.k8s.io/v1", revision, token, remaining, items.Select(i => new ReadOnlyMemory<byte>(PartialMetadata.Of(i))))
                    .ConfigureAwait(false);
                break;
            default:
                var apiVersion = target.ApiVersion;
                await WriteListAsync(
                    target.Context, target.Type.ListKind, apiVersion, revision, token, remaining, 
                    items.Select(i => i.ItemAs(apiVersion, !target.Type.IsCustom)), target.Type.IsCustom)
                    .ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Where a list starts and in which state.</summary>
    private sealed record Page(KindState State, long Revision, string? AfterKey, int Limit)
    {
        public int Skipped(string? ns) =>
            AfterKey is null ? 0 : State.Range(ns, null).TakeWhile(i => string.CompareOrdinal(i.Key, AfterKey) <= 0).Count();
    }

    private static (List<StoredObject> Items, string? Next) Select(Page page, string? ns, LabelSelector labels, FieldSelector fields)
    {
        var items = new List<StoredObject>(page.Limit > 0 ? Math.Min(page.Limit, 1024) : page.State.Items.Count);
        if (page.AfterKey is null && ns is not null && fields.SingleName is { } name)
        {
            if (page.State.Find(ns, name) is { } only && Matches(only, labels, fields)) items.Add(only);
            return (items, null);
        }

        foreach (var item in page.State.Range(ns, page.AfterKey))
        {
            if (!Matches(item, labels, fields)) continue;
            if (page.Limit > 0 && items.Count == page.Limit) return (items, items[^1].Key);
            items.Add(item);
        }

        return (items, null);
    }

    private static bool Matches(StoredObject item, LabelSelector labels, FieldSelector fields) =>
        (labels.SelectsEverything || labels.Matches(item.Object.Labels)) && (fields.SelectsEverything || fields.Matches(item.Object.Root));

    private Page ReadPage(Target target)
    {
        var limit = int.TryParse(Query.Text(target.Query, "limit"), out var l) && l > 0 ? l : 0;
        var token = Query.Text(target.Query, "continue");
        if (!string.IsNullOrEmpty(token))
        {
            if (Query.Text(target.Query, "resourceVersion") is { Length: > 0 } and not "0")
            {
                throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
            }

            var (revision, key) = ParseContinue(token);
            var kept = target.Kind.StateForPaging(revision) ?? throw ApiErrors.Expired(
                "The provided continue parameter is too old to display a consistent list result. You must start a new list without the " +
                "continue parameter, or use the continue token in this response to retrieve the remainder of the results.");
            return new(kept, revision, key, limit);
        }

        CheckRevisionReached(target);
        var (state, current) = api.Store.Read(target.Kind);
        if (Query.Text(target.Query, "resourceVersionMatch") is "Exact" && ReadRevision(target) is { } exact && exact != current)
        {
            state = exact >= state.Revision ? state : target.Kind.StateForPaging(exact) ?? throw ApiErrors.Expired(
                $"The resourceVersion for the provided list is too old.");
            current = exact;
        }

        return new(state, current, null, limit);
    }

    private void CheckRevisionReached(Target target)
    {
        if (ReadRevision(target) is { } asked && asked > api.Store.Revision) throw ApiErrors.TooLargeRevision(asked, api.Store.Revision);
    }

    private static long? ReadRevision(Target target)
    {
        var text = Query.Text(target.Query, "resourceVersion");
        if (string.IsNullOrEmpty(text)) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)) return revision;
        throw ApiErrors.Unreadable($"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    private static string ContinueToken(long revision, string key) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{revision}:{key}")));

    private static (long Revision, string Key) ParseContinue(string token)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
            var colon = text.IndexOf(':');
            if (colon > 0 && long.TryParse(text.AsSpan(0, colon), CultureInfo.InvariantCulture, out var revision))
                return (revision, text[(colon + 1)..]);
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw ApiErrors.BadRequest("invalid continue token: continue key is not valid");
    }

    private static async Task WriteListAsync(
        HttpContext context, string kind, string apiVersion, string revision, string token, int? remaining, IEnumerable<ReadOnlyMemory<byte>> items,
        bool untyped = false)
    {
        context.Response.StatusCode = 200;
        context.Response.ContentType = Responses.JsonType;
        var output = context.Response.BodyWriter;
        var metadata = new MapNode { ["resourceVersion"] = revision };
        if (token.Length > 0 || untyped) metadata["continue"] = token;
        if (remaining is { } count) metadata["remainingItemCount"] = count;
        var head = $$"""{"kind":"{{kind}}","apiVersion":"{{apiVersion}}","metadata":{{Json.WriteText(metadata)}},"items":[""";
        output.Write(Encoding.UTF8.GetBytes(head));
        var first = true;
        var unflushed = 0;
        foreach (var item in items)
        {
            if (!first) output.Write(","u8);
            first = false;
            output.Write(item.Span);
            unflushed += item.Length;
            if (unflushed < 256 * 1024) continue;
            unflushed = 0;
            await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }

        output.Write("]}"u8);
        await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
