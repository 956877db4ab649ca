using System.Globalization;

namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>A value as the columns of a <see cref="SchemaTable"/> describe it.</summary>
internal sealed class TableDefinition : SchemaDefinition
{
    private TableDefinition(SchemaTable table, ReadOnlySpan<char> type, string? strategy, string? mergeKey, string[]? mapKeys)
    {
        PatchStrategy = strategy;
        MergeKey = mergeKey;
        MapKeys = mapKeys;
        switch (type[0])
        {
            case '[':
                IsList = true;
                Items = Of(table, type[1..]);
                break;
            case '{': AdditionalProperties = Of(table, type[1..]); break;
            default: Reference = SchemaReference.To(table.NameOf(int.Parse(type, CultureInfo.InvariantCulture))); break;
        }
    }

    public override string? Reference { get; }

    public override bool IsList { get; }

    public override SchemaDefinition? Items { get; }

    public override SchemaDefinition? AdditionalProperties { get; }

    public override string? PatchStrategy { get; }

    public override string? MergeKey { get; }

    public override IReadOnlyList<string>? MapKeys { get; }

    /// <summary>Reads a type without marks.</summary>
    public static SchemaDefinition Of(SchemaTable table, ReadOnlySpan<char> type) =>
        type is "." ? Plain : new TableDefinition(table, type, null, null, null);

    /// <summary>Reads what follows the name of a field.</summary>
    public static SchemaDefinition Read(SchemaTable table, string line)
    {
        var columns = line.Split('\t');
        string? strategy = null, key = null;
        string[]? keys = null;
        foreach (var mark in columns.AsSpan(2))
        {
            switch (mark[0])
            {
                case 'P': strategy = mark[1..]; break;
                case 'M': key = mark[1..]; break;
                default: keys = mark[1..].Split(' '); break;
            }
        }

        // No value that is neither list, map nor of a named type is ever merged by item, so its marks say nothing.
        return columns[1] == "." ? Plain : new TableDefinition(table, columns[1], strategy, key, keys);
    }
}
