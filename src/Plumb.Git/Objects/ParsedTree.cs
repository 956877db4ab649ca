using System.Text;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Objects;

/// <summary>One entry of a tree object.</summary>
internal readonly record struct TreeItem(string Name, TreeEntryKind Kind, string Id);

/// <summary>A tree object, parsed. Immutable.</summary>
internal sealed class ParsedTree
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _byName;

    private ParsedTree(string id, TreeItem[] items)
    {
        Id = id;
        Items = items;
        var byName = new Dictionary<string, int>(items.Length, StringComparer.Ordinal);
        for (var i = 0; i < items.Length; i++) byName[items[i].Name] = i;
        _byName = byName.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Id { get; }

    /// <summary>In Git's order.</summary>
    public IReadOnlyList<TreeItem> Items { get; }

    /// <summary>About how much memory this takes.</summary>
    public long Bytes => 200 + Items.Sum(i => 220L + 2 * i.Name.Length);

    public bool TryGet(ReadOnlySpan<char> name, out TreeItem item)
    {
        if (_byName.TryGetValue(name, out var at))
        {
            item = Items[at];
            return true;
        }
        item = default;
        return false;
    }

    /// <summary>Parses a tree object: mode in octal, space, name, NUL, id in binary; again and again.</summary>
    /// <exception cref="DamagedMirrorException">Not of that form.</exception>
    public static ParsedTree Parse(string id, ReadOnlySpan<byte> content)
    {
        var idBytes = id.Length / 2;
        var items = new List<TreeItem>();
        while (content.Length > 0)
        {
            var space = content.IndexOf((byte)' ');
            var end = content.IndexOf((byte)0);
            if (space <= 0 || end <= space || content.Length < end + 1 + idBytes)
                throw new DamagedMirrorException($"tree {id} cannot be parsed");
            var name = Encoding.UTF8.GetString(content[(space + 1)..end]);
            // No git makes such names; a crafted repository may.
            if (name.Length == 0 || name is "." or ".." || name.Contains('/'))
                throw new SourceException(SourceFault.PathRefused, $"tree {id} holds the illegal name \"{name}\"");
            items.Add(new TreeItem(name, Kind(content[..space]), Convert.ToHexStringLower(content.Slice(end + 1, idBytes))));
            content = content[(end + 1 + idBytes)..];
        }
        return new ParsedTree(id, [.. items]);
    }

    private static TreeEntryKind Kind(ReadOnlySpan<byte> mode)
    {
        if (mode is [(byte)'0', .. var rest]) mode = rest; // some old writers pad
        if (mode.StartsWith("4"u8)) return TreeEntryKind.Directory;
        if (mode.StartsWith("12"u8)) return TreeEntryKind.Symlink;
        return mode.StartsWith("16"u8) ? TreeEntryKind.Submodule : TreeEntryKind.File;
    }
}
