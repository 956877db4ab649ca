namespace Plumb.Manifests.Kustomize.Nodes;

/// <summary>What a <see cref="YamlNode"/> is.</summary>
internal enum YamlKind : byte
{
    /// <summary>One value.</summary>
    Scalar,

    /// <summary>Keys and values.</summary>
    Map,

    /// <summary>Items.</summary>
    List,
}

/// <summary>How a scalar was, or is to be, written. Only plain ones are looked at for what they mean.</summary>
internal enum ScalarForm : byte
{
    /// <summary>Without quotes.</summary>
    Plain,

    /// <summary>With quotes, or as a block of lines: text whatever it looks like.</summary>
    Quoted,
}

/// <summary>
/// A value of a YAML document that may be changed in place, and that keeps what a plain tree of values loses: how a scalar was written
/// and tagged. Kustomize works on such trees (<c>yaml.Node</c> of go-yaml v3), and its results depend on both: <c>1.10</c> stays
/// <c>1.10</c> as long as it is copied and cut as text, and becomes a number only when the build is written.
/// </summary>
internal sealed class YamlNode
{
    /// <summary>The tag of text.</summary>
    public const string StringTag = "!!str";

    /// <summary>The tag of null.</summary>
    public const string NullTag = "!!null";

    private YamlNode(YamlKind kind, string tag, string value, ScalarForm form, List<YamlNode> content)
    {
        Kind = kind;
        Tag = tag;
        Value = value;
        Form = form;
        Content = content;
    }

    /// <summary>What it is.</summary>
    public YamlKind Kind { get; private set; }

    /// <summary>
    /// The tag in its short form (<c>!!int</c>); empty for one that was made without: then what it means is found when it is written.
    /// </summary>
    public string Tag { get; set; }

    /// <summary>Whether the author wrote the tag out, so that it holds even against the look of the value.</summary>
    public bool IsTagged { get; set; }

    /// <summary>Text of a scalar, as it was written, unescaped; empty for others.</summary>
    public string Value { get; private set; }

    /// <summary>How a scalar is written.</summary>
    public ScalarForm Form { get; set; }

    /// <summary>Items of a list; keys and values of a map by turns; empty for scalars.</summary>
    public List<YamlNode> Content { get; private set; }

    /// <summary>Where it was read, from 1; 0 when it was made.</summary>
    public int Line { get; set; }

    /// <summary>See <see cref="Line"/>.</summary>
    public int Column { get; set; }

    /// <summary>Whether it is tagged as null.</summary>
    public bool IsNull => Tag == NullTag;

    /// <summary>Null, an empty map or an empty list (<c>IsNilOrEmpty</c>).</summary>
    public bool IsEmpty => IsNull || (Kind != YamlKind.Scalar && Content.Count == 0);

    /// <summary>Text: tagged so, or not tagged (<c>IsStringValue</c>).</summary>
    public bool IsString => Kind == YamlKind.Scalar && Tag is StringTag or "";

    /// <summary>How many keys a map has.</summary>
    public int Fields => Content.Count / 2;

    /// <summary>A scalar of which nobody said what it is (<c>NewScalarRNode</c>).</summary>
    public static YamlNode Scalar(string value, string tag = "", ScalarForm form = ScalarForm.Plain) =>
        new(YamlKind.Scalar, tag, value, form, []);

    /// <summary>Text, quoted where it is written if it has to be (<c>NewStringRNode</c>).</summary>
    public static YamlNode Text(string value) =>
        new(YamlKind.Scalar, StringTag, value, value.Contains('\n') ? ScalarForm.Quoted : ScalarForm.Plain, []);

    /// <summary>Null.</summary>
    public static YamlNode Null() => new(YamlKind.Scalar, NullTag, "null", ScalarForm.Plain, []);

    /// <summary>An empty map.</summary>
    public static YamlNode Map(int fields = 0) => new(YamlKind.Map, "", "", ScalarForm.Plain, new List<YamlNode>(fields * 2));

    /// <summary>An empty list.</summary>
    public static YamlNode List(int items = 0) => new(YamlKind.List, "", "", ScalarForm.Plain, new List<YamlNode>(items));

    /// <summary>The value of a key; null when there is none, or this is no map.</summary>
    public YamlNode? Get(string key) => IndexOf(key) is var at and >= 0 ? Content[at + 1] : null;

    /// <summary>The value of a key, unless it is null, an empty map or an empty list.</summary>
    public YamlNode? GetFilled(string key) => Get(key) is { IsEmpty: false } value ? value : null;

    /// <summary>Text of a scalar below a key; null when there is none.</summary>
    public string? GetText(string key) => Get(key) is { Kind: YamlKind.Scalar, IsNull: false } value ? value.Value : null;

    /// <summary>Where a key stands in <see cref="Content"/>; negative when there is none, or this is no map.</summary>
    public int IndexOf(string key)
    {
        if (Kind != YamlKind.Map) return -1;
        for (var i = 0; i + 1 < Content.Count; i += 2)
        {
            if (string.Equals(Content[i].Value, key, StringComparison.Ordinal)) return i;
        }

        return -1;
    }

    /// <summary>The key at a place from 0.</summary>
    public YamlNode KeyAt(int field) => Content[field * 2];

    /// <summary>The value at a place from 0.</summary>
    public YamlNode ValueAt(int field) => Content[(field * 2) + 1];

    /// <summary>Puts a key and its value at the end, without looking whether the key is there.</summary>
    public void Append(YamlNode key, YamlNode value)
    {
        Content.Add(key);
        Content.Add(value);
    }

    /// <summary>
    /// Sets a key as Kustomize's <c>SetField</c> does: a null takes the key away; what is there is changed in place and keeps the way it is
    /// written; text that YAML 1.1 would take for something else gets quotes.
    /// </summary>
    /// <returns>The node that is in the map now; null when the key was taken away.</returns>
    public YamlNode? Set(string key, YamlNode? value)
    {
        if (value is { IsString: true, Form: ScalarForm.Plain } && YamlTags.IsOtherIn11(value.Value)) value.Form = ScalarForm.Quoted;
        if (value is null || value.IsNull)
        {
            Remove(key);
            return null;
        }

        if (Get(key) is { } there)
        {
            value.Form = there.Form;
            there.Become(value);
            return there;
        }

        Append(Scalar(key), value);
        return value;
    }

    /// <summary>Sets text below a key, as <see cref="Set(string, YamlNode)"/> does for a scalar made without a tag.</summary>
    public void Set(string key, string value) => Set(key, Scalar(value));

    /// <summary>Takes a key away.</summary>
    /// <returns>The value it had; null when it was not there.</returns>
    public YamlNode? Remove(string key)
    {
        var at = IndexOf(key);
        if (at < 0) return null;
        var removed = Content[at + 1];
        Content.RemoveRange(at, 2);
        return removed;
    }

    /// <summary>The map below a key, made when it is not there or null.</summary>
    public YamlNode GetOrAddMap(string key)
    {
        if (Get(key) is not { } there) return Set(key, Map())!;
        if (there.IsNull) there.Become(Map());
        return there;
    }

    /// <summary>Takes over what another is (<c>SetYNode</c>): its value and content, which both share from then on.</summary>
    public void Become(YamlNode other)
    {
        Kind = other.Kind;
        Tag = other.Tag;
        IsTagged = other.IsTagged;
        Value = other.Value;
        Form = other.Form;
        Content = other.Content;
        Line = other.Line;
        Column = other.Column;
    }

    /// <summary>A copy that shares nothing.</summary>
    public YamlNode Clone()
    {
        var content = new List<YamlNode>(Content.Count);
        foreach (var node in Content) content.Add(node.Clone());
        return new YamlNode(Kind, Tag, Value, Form, content) { IsTagged = IsTagged, Line = Line, Column = Column };
    }

    /// <summary>How many nodes there are from here down, keys included; counting ends at a limit.</summary>
    public int CountUpTo(int limit)
    {
        var count = 1;
        foreach (var node in Content)
        {
            if (count >= limit) return count;
            count += node.CountUpTo(limit - count);
        }

        return count;
    }

    /// <summary>Changes the text of a scalar and nothing else.</summary>
    public void SetValue(string value) => Value = value;

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        YamlKind.Scalar => Value,
        YamlKind.Map => $"{{{string.Join(", ", Enumerable.Range(0, Fields).Select(i => $"{KeyAt(i)}: {ValueAt(i)}"))}}}",
        _ => $"[{string.Join(", ", Content)}]",
    };
}
