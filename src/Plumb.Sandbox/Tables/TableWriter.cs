using Plumb.Manifests.Documents;
using Plumb.Sandbox.Http;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Tables;

/// <summary>Writes objects as meta.k8s.io/v1 Table: what <c>kubectl get</c> prints.</summary>
internal sealed class TableWriter(ResourceType type, ServedVersion version, string includeObject)
{
    private readonly IReadOnlyList<Column> _columns = Columns.Of(type, version);

    public byte[] Write(IReadOnlyList<StoredObject> items, string revision, string token, int? remaining, DateTimeOffset now)
    {
        var metadata = new MapNode { ["resourceVersion"] = revision };
        if (token.Length > 0) metadata["continue"] = token;
        if (remaining is { } count) metadata["remainingItemCount"] = count;
        var definitions = new ListNode();
        foreach (var column in _columns) definitions.Add(Definition(column));
        var rows = new ListNode();
        foreach (var item in items) rows.Add(Row(item, now));
        return Json.Write(new MapNode
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = definitions,
            ["rows"] = rows,
        });
    }

    private MapNode Row(StoredObject item, DateTimeOffset now)
    {
        var cells = new ListNode();
        foreach (var column in _columns) cells.Add(column.Cell(item.Object.Root, now));
        var row = new MapNode { ["cells"] = cells };
        if (includeObject == "Object") row["object"] = item.RootAs(type.ApiVersion(version.Version));
        else row["object"] = includeObject == "None" ? Node.Null : PartialMetadata.NodeOf(item);
        return row;
    }

    private static MapNode Definition(Column column) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };
}
