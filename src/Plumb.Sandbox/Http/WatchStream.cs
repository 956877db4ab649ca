using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Storage;
using Plumb.Sandbox.Tables;

namespace Plumb.Sandbox.Http;

/// <summary>
/// Writes one watch: turns changes of objects into events for what the watch selects. An object that starts to match is added, one
/// that stops is deleted. Events in the stored version are written once and shared by all streams.
/// </summary>
internal sealed class WatchStream(HttpContext context, ResourceType type, ServedVersion version, Accept accept, TimeProvider time)
{
    private readonly PipeWriter _output = context.Response.BodyWriter;
    private readonly string _apiVersion = type.ApiVersion(version.Version);

    public required LabelSelector Labels { get; init; }

    public required FieldSelector Fields { get; init; }

    public required string? Namespace { get; init; }

    public required string? Name { get; init; }

    public required string IncludeObject { get; init; }

    public Task StartAsync(CancellationToken ct)
    {
        context.Response.StatusCode = 200;
        context.Response.ContentType = Responses.JsonType;
        return context.Response.StartAsync(ct);
    }

    public async Task FlushAsync(CancellationToken ct) => await _output.FlushAsync(ct).ConfigureAwait(false);

    public void WriteInitial(StoredObject item)
    {
        if (Selects(item)) Write(WatchKind.Added, item);
    }

    public void Write(StoredEvent e)
    {
        var now = e.Kind != WatchKind.Deleted && Selects(e.Current);
        var before = e.Previous is not null && Selects(e.Previous);
        if (!now && !before) return;
        var kind = now ? before ? WatchKind.Modified : WatchKind.Added : WatchKind.Deleted;
        if (kind == e.Kind && accept.Shape == Shape.Object) _output.Write(e.Line(_apiVersion));
        else Write(kind, kind == WatchKind.Deleted && e.Previous is { } previous ? LastSeen(previous, e.Current) : e.Current);
    }

    // Who watches by a selector is shown the object as it last matched, at the revision at which it stopped.
    private static StoredObject LastSeen(StoredObject previous, StoredObject current)
    {
        var root = previous.Object.Root.DeepClone();
        root.GetOrAddMap("metadata")["resourceVersion"] = current.Object.ResourceVersion;
        root.Freeze();
        return new(new(root), current.Revision);
    }

    public void WriteBookmark(long revision, bool endOfInitial)
    {
        var metadata = new MapNode { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = Node.Null };
        if (endOfInitial) metadata["annotations"] = new MapNode { ["k8s.io/initial-events-end"] = "true" };
        var obj = new MapNode { ["kind"] = type.Kind, ["apiVersion"] = _apiVersion, ["metadata"] = metadata };
        if (accept.Shape == Shape.PartialMetadata)
        {
            obj["kind"] = "PartialObjectMetadata";
            obj["apiVersion"] = "meta.k8s.io/v1";
        }
        else if (accept.Shape == Shape.Table)
        {
            obj = new MapNode
            {
                ["kind"] = "Table",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["metadata"] = new MapNode { ["resourceVersion"] = metadata["resourceVersion"] },
                ["columnDefinitions"] = new ListNode(),
                ["rows"] = new ListNode { new MapNode { ["cells"] = new ListNode(), ["object"] = obj } },
            };
        }

        WriteLine("BOOKMARK", obj);
    }

    public void WriteError(ApiException error) => WriteLine("ERROR", ApiErrors.ToStatus(error));

    private void Write(WatchKind kind, StoredObject item)
    {
        var json = accept.Shape switch
        {
            Shape.Table => new TableWriter(type, version, IncludeObject)
                .Write([item], item.Object.ResourceVersion, "", null, time.GetUtcNow()),
            Shape.PartialMetadata or Shape.PartialMetadataList => PartialMetadata.Of(item),
            _ => item.JsonAs(_apiVersion),
        };
        _output.Write(StoredEvent.LineOf(kind, json));
    }

    private void WriteLine(string kind, MapNode obj)
    {
        _output.Write(Json.Write(new MapNode { ["type"] = kind, ["object"] = obj }));
        _output.Write("\n"u8);
    }

    private bool Selects(StoredObject item) =>
        (Namespace is null || item.Namespace == Namespace)
        && (Name is null || item.Name == Name)
        && (Labels.SelectsEverything || Labels.Matches(item.Object.Labels))
        && (Fields.SelectsEverything || Fields.Matches(item.Object.Root));
}
