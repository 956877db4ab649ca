using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Replacements;

/// <summary>
/// Finds all nodes at the end of a path (<c>kyaml</c>'s <c>PathMatcher</c>). A part is a key, a place in a list from 0, <c>*</c> for all
/// items, <c>[key=pattern]</c> for all items that have such a value, or <c>[=pattern]</c> for all that are such a value. Patterns are
/// regular expressions that match anywhere in what the value looks like in YAML: <c>[name=web]</c> finds <c>web-2</c> too.
/// </summary>
internal sealed class PathMatcher
{
    private readonly IReadOnlyList<string> _path;
    private readonly YamlKind? _create;
    private readonly List<YamlNode> _found = [];

    private PathMatcher(IReadOnlyList<string> path, YamlKind? create) => (_path, _create) = (path, create);

    /// <summary>The nodes, in order.</summary>
    /// <param name="node">Where the path begins.</param>
    /// <param name="path">Its parts.</param>
    /// <param name="create">What is made at the end of the path where parts are missing; null when nothing is made.</param>
    /// <exception cref="KustomizeException">A part does not fit what is there.</exception>
    public static List<YamlNode> Find(YamlNode node, IReadOnlyList<string> path, YamlKind? create)
    {
        var matcher = new PathMatcher(path, create);
        matcher.Walk(node, 0);
        return matcher._found;
    }

    private void Walk(YamlNode node, int depth)
    {
        if (depth == _path.Count)
        {
            _found.Add(node);
            return;
        }

        var part = _path[depth];
        if (part.Length > 0 && NodeLookup.IsPlace(part, out var place) && place >= 0) WalkPlace(node, depth, place);
        else if (NodeLookup.IsItem(part)) WalkItems(node, depth);
        else if (part == "*") WalkAll(node, depth);
        else WalkField(node, depth);
    }

    private void WalkField(YamlNode node, int depth)
    {
        var name = _path[depth];
        if (name.Length == 0)
        {
            // A path that ends with a dot, say: the original then means the scalar itself, if it is empty.
            NodeKindFault.ThrowUnless(node, YamlKind.Scalar);
            if (!node.IsNull && node.Value.Length == 0) Walk(node, depth + 1);
            return;
        }

        var field = NodeFields.Get(node, name);
        if (field is null && _create is { } kind)
            field = NodeFields.Set(node, name, NodeLookup.Make(NodeLookup.KindBefore(Next(depth), kind)));
        if (field is not null) Walk(field, depth + 1);
    }

    private void WalkAll(YamlNode node, int depth)
    {
        foreach (var item in Items(node)) Walk(item, depth + 1);
    }

    private void WalkPlace(YamlNode node, int depth, long place)
    {
        var count = Items(node).Length;
        if (place == count && _create is { } kind)
            node.Content.Add(NodeLookup.Make(NodeLookup.KindBefore(Next(depth), kind)));
        else if (place >= count)
            throw new KustomizeException($"index {place} specified but only {count} elements found");
        Walk(node.Content[(int)place], depth + 1);
    }

    private void WalkItems(YamlNode node, int depth)
    {
        var (key, pattern) = NodeLookup.CutItem(_path[depth]);
        var before = _found.Count;
        WalkMatches(node, depth, key, pattern);
        if (_create is null || _found.Count > before) return;

        var made = YamlNode.Scalar(pattern);
        if (key.Length > 0)
        {
            made = YamlNode.Map(1);
            made.Append(YamlNode.Scalar(key), YamlNode.Scalar(pattern));
        }

        node.Content.Add(made);
        WalkMatches(node, depth, key, pattern);

        // The original looks for ever for what it has made.
        if (_found.Count == before)
        {
            throw new KustomizeException(
                $"the item that was made for {_path[depth]} is not one that the pattern matches; "
                + "write it without signs of regular expressions");
        }
    }

    private void WalkMatches(YamlNode node, int depth, string key, string pattern)
    {
        GoRegex? regex = null;
        foreach (var item in Items(node))
        {
            regex ??= Compile(pattern);
            var value = key.Length == 0 ? item : item.Get(key);
            if (value is null || !regex.IsMatch(NodeText.Of(value).Trim())) continue;

            // What is behind an item that is a value itself is not looked at.
            if (key.Length == 0) _found.Add(item);
            else Walk(item, depth + 1);
        }
    }

    /// <summary>A copy, as items may be added; none of a null.</summary>
    private static YamlNode[] Items(YamlNode node)
    {
        NodeKindFault.ThrowUnless(node, YamlKind.List);
        return [.. node.Content];
    }

    private static GoRegex Compile(string pattern)
    {
        try
        {
            return GoRegex.Compile(pattern);
        }
        catch (GoError fault)
        {
            throw new KustomizeException(fault.Message, null, fault);
        }
    }

    private string Next(int depth) => depth + 1 < _path.Count ? _path[depth + 1] : "";
}
