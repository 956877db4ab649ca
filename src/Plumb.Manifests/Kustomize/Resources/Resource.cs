using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Resources;

/// <summary>What a generated resource does with one that is there already.</summary>
internal enum GenerationBehavior : byte
{
    /// <summary>Not stated: it creates.</summary>
    Unspecified,

    /// <summary>It must not be there.</summary>
    Create,

    /// <summary>It takes the place of what is there.</summary>
    Replace,

    /// <summary>Its data are added to what is there.</summary>
    Merge,
}

/// <summary>
/// One object on its way through a build. What Kustomize notes in annotations of its own while it works (earlier names, prefixes, how it
/// was generated) is kept beside the object here.
/// </summary>
/// <param name="node">The object.</param>
/// <param name="scopes">Which kinds are namespaced.</param>
internal sealed class Resource(YamlNode node, IScopes scopes)
{
    private const string NotesOf = "internal.config.kubernetes.io/";

    private readonly List<PreviousId> _previous = [];
    private readonly List<string> _prefixes = [];
    private readonly List<string> _suffixes = [];

    private (int Names, int Namespaces, int Kinds) _commas;

    private readonly record struct PreviousId(string Name, string Namespace, string Kind);

    /// <summary>The object; null when a patch has deleted it.</summary>
    public YamlNode? Node { get; set; } = node;

    /// <summary>Deleted, or nothing in it.</summary>
    public bool IsEmpty => Node is null or { IsEmpty: true };

    /// <summary>How it was generated.</summary>
    public GenerationBehavior Behavior { get; set; }

    /// <summary>Whether its name gets a hash of its content at the end.</summary>
    public bool NeedsHash { get; set; }

    /// <summary>Whether, as a patch, it may change names.</summary>
    public bool MayChangeName { get; set; }

    /// <summary>Whether, as a patch, it may change kinds.</summary>
    public bool MayChangeKind { get; set; }

    /// <summary>Names of the variables that take a value from it.</summary>
    public List<string> VariableNames { get; private init; } = [];

    /// <summary>Where it comes from, for <c>originAnnotations</c>; null when nobody asked.</summary>
    public BuildOrigin? Origin { get; set; }

    /// <summary>What changed it, for <c>transformerAnnotations</c>.</summary>
    public List<BuildOrigin> Transformations { get; private init; } = [];

    /// <summary>The file it was read from, relative to the tree's root, with line and column.</summary>
    public Plumb.Reconcile.Rendering.Origin? ReadAt { get; set; }

    /// <summary><c>kind</c>, empty when there is none.</summary>
    public string Kind => Node?.Get("kind") is { Kind: YamlKind.Scalar } kind ? kind.Value : "";

    /// <summary><c>apiVersion</c>, empty when there is none.</summary>
    public string ApiVersion => Node?.Get("apiVersion") is { Kind: YamlKind.Scalar } version ? version.Value : "";

    /// <summary>Name, empty when there is none.</summary>
    public string Name => Metadata?.GetFilled("name")?.Value ?? "";

    /// <summary>Namespace as stated, empty when there is none.</summary>
    public string Namespace => Metadata?.GetFilled("namespace")?.Value ?? "";

    /// <summary>Group, version, kind.</summary>
    public Gvk Gvk => Gvk.Of(ApiVersion, Kind);

    /// <summary>What it is known by now.</summary>
    public ResId CurrentId
    {
        get
        {
            var (version, kind) = (ApiVersion, Kind);
            return new ResId(Gvk.Of(version, kind), Name, Namespace, scopes.IsClusterScoped(version, kind));
        }
    }

    /// <summary>What it was first known by.</summary>
    public ResId OriginalId => _previous.Count > 0 ? ToId(_previous[0]) : CurrentId;

    /// <summary>What it was known by before, oldest first.</summary>
    public IEnumerable<ResId> PreviousIds => _previous.Select(ToId);

    private YamlNode? Metadata => Node?.GetFilled("metadata");

    private ResId ToId(PreviousId previous)
    {
        // Group and version are those of today, as Kustomize keeps neither.
        var gvk = Gvk.Of(ApiVersion, previous.Kind);
        return new ResId(gvk, previous.Name, previous.Namespace);
    }

    /// <summary>Notes what it is known by now, before something changes that.</summary>
    public void StorePreviousId()
    {
        var id = CurrentId;
        _previous.Add(new PreviousId(id.Name, id.EffectiveNamespace, id.Gvk.Kind));

        // The original parts what it notes by commas, and ends when a name has some; what has is encrypted, as a rule.
        _commas = (_commas.Names + Commas(id.Name), _commas.Namespaces + Commas(id.EffectiveNamespace), _commas.Kinds + Commas(id.Gvk.Kind));
        if (_commas.Names == _commas.Namespaces && _commas.Names == _commas.Kinds) return;
        throw new KustomizeException(
            "number of previous names, number of previous namespaces, number of previous kinds not equal: the name, namespace or kind of "
            + $"{id} holds a comma; if the file is encrypted, leave names and kinds as they are",
            ReadAt);
    }

    private static int Commas(string text) => text.AsSpan().Count(',');

    /// <summary>
    /// Takes over what an object says of itself in the annotations that Kustomize keeps its notes in: output of one build may be input of
    /// another.
    /// </summary>
    /// <exception cref="KustomizeException">Its notes contradict each other.</exception>
    public void ReadNotes()
    {
        if (Metadata?.Get("annotations") is not { Kind: YamlKind.Map } annotations) return;
        string[] Note(string name) => annotations.GetText(NotesOf + name)?.Split(',') ?? [];
        bool IsOn(string name) => annotations.GetText(NotesOf + name) == "enabled";

        var isNoted = false;
        for (var i = 0; i < annotations.Fields && !isNoted; i++) isNoted = annotations.KeyAt(i).Value.StartsWith(NotesOf, StringComparison.Ordinal);
        if (!isNoted) return;
        var (names, namespaces, kinds) = (Note("previousNames"), Note("previousNamespaces"), Note("previousKinds"));
        if (names.Length > 0 && (names.Length != namespaces.Length || names.Length != kinds.Length))
        {
            throw new KustomizeException(
                "number of previous names, number of previous namespaces, number of previous kinds not equal: the annotations "
                + $"{NotesOf}previous… are Kustomize's own; take them out",
                ReadAt);
        }

        for (var i = 0; i < names.Length; i++) _previous.Add(new PreviousId(names[i], namespaces[i], kinds[i]));
        _prefixes.AddRange(Note("prefixes"));
        _suffixes.AddRange(Note("suffixes"));
        NeedsHash = IsOn("needsHashSuffix");
        MayChangeName = IsOn("allowNameChange");
        MayChangeKind = IsOn("allowKindChange");
        Behavior = ToBehavior(annotations.GetText(NotesOf + "generatorBehavior") ?? "");
    }

    /// <summary>How a generator's <c>behavior</c> is meant; what nobody knows counts as not stated.</summary>
    public static GenerationBehavior ToBehavior(string text) => text switch
    {
        "create" => GenerationBehavior.Create,
        "replace" => GenerationBehavior.Replace,
        "merge" => GenerationBehavior.Merge,
        _ => GenerationBehavior.Unspecified,
    };

    /// <summary>Whether anything was noted of it, which the original keeps in its annotations.</summary>
    public bool HasNotes =>
        _previous.Count > 0 || _prefixes.Count > 0 || _suffixes.Count > 0 || NeedsHash || Behavior != GenerationBehavior.Unspecified
        || IsGenerated || MayChangeName || MayChangeKind || Origin is not null;

    /// <summary>Whether a generator made it.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>All names it had before.</summary>
    public IEnumerable<string> PreviousNames => _previous.Select(p => p.Name);

    /// <summary>Notes a prefix that its name got.</summary>
    public void AddPrefix(string prefix)
    {
        if (prefix.Length > 0) _prefixes.Add(prefix);
    }

    /// <summary>Notes a suffix that its name got.</summary>
    public void AddSuffix(string suffix)
    {
        if (suffix.Length > 0) _suffixes.Add(suffix);
    }

    /// <summary>
    /// Whether both have got the same prefixes and suffixes, as far back as the one that got fewer (<c>SameEndingSubSlice</c>).
    /// </summary>
    /// <param name="other">The other.</param>
    /// <param name="allowNone">Whether one that got none goes with everything.</param>
    public bool HasAffixesOf(Resource other, bool allowNone) =>
        Same(_prefixes, other._prefixes, allowNone) && Same(_suffixes, other._suffixes, allowNone);

    private static bool Same(List<string> one, List<string> two, bool allowNone)
    {
        if (allowNone && (one.Count == 0 || two.Count == 0)) return true;
        var (shorter, longer) = one.Count < two.Count ? (one, two) : (two, one);

        // One without any goes only with another without any.
        if (shorter.Count == 0) return longer.Count == 0;
        var skip = longer.Count - shorter.Count;
        for (var i = 0; i < shorter.Count; i++)
        {
            if (shorter[i] != longer[skip + i]) return false;
        }

        return true;
    }

    /// <summary>Labels or annotations, or data, as text; empty when there are none.</summary>
    public SortedDictionary<string, string> TextMap(string field, bool inMetadata = true)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var map = inMetadata ? Metadata?.Get(field) : Node?.Get(field);
        if (map is not { Kind: YamlKind.Map }) return texts;
        for (var i = 0; i < map.Fields; i++) texts[map.KeyAt(i).Value] = map.ValueAt(i).Kind == YamlKind.Scalar ? map.ValueAt(i).Value : "";
        return texts;
    }

    /// <summary>Sets labels or annotations, all as text; none takes the field away.</summary>
    public void SetTextMap(string field, SortedDictionary<string, string> texts)
    {
        var metadata = Node!.GetOrAddMap("metadata");
        metadata.Remove(field);
        if (texts.Count == 0) return;
        var map = YamlNode.Map(texts.Count);
        foreach (var (key, value) in texts) map.Set(key, YamlNode.Text(value));
        metadata.Append(YamlNode.Scalar(field), map);
    }

    /// <summary>Sets the name.</summary>
    public void SetName(string name) => Node!.GetOrAddMap("metadata").Set("name", name);

    /// <summary>Sets the kind.</summary>
    public void SetKind(string kind) => Node!.Set("kind", kind);

    /// <summary>Sets the version.</summary>
    public void SetApiVersion(string version) => Node!.Set("apiVersion", version);

    /// <summary>Sets the namespace; an empty one takes the field away.</summary>
    public void SetNamespace(string ns)
    {
        if (ns.Length == 0) Metadata?.Remove("namespace");
        else Node!.GetOrAddMap("metadata").Set("namespace", ns);
    }

    /// <summary>A copy that shares nothing.</summary>
    public Resource Clone()
    {
        var copy = new Resource(Node!.Clone(), scopes)
        {
            VariableNames = [.. VariableNames], Transformations = [.. Transformations], IsGenerated = IsGenerated,
        };
        copy.TakeNotesOf(this);
        copy.NeedsHash = NeedsHash;
        copy.Origin = Origin;
        copy.ReadAt = ReadAt;
        return copy;
    }

    /// <summary>
    /// What a generated resource takes over from the one it replaces or is merged into: labels and annotations (its own win), name,
    /// namespace and all that was noted of it. It gets a hash only if both were to get one.
    /// </summary>
    public void TakeMetadataOf(Resource other)
    {
        SetTextMap("labels", Merged(other.TextMap("labels"), TextMap("labels")));
        SetTextMap("annotations", Merged(other.TextMap("annotations"), TextMap("annotations")));
        SetName(other.Name);
        SetNamespace(other.Namespace);
        var needsHash = NeedsHash && other.NeedsHash;
        TakeNotesOf(other);
        NeedsHash = needsHash;
        VariableNames.Clear();
        VariableNames.AddRange(other.VariableNames);
        if (Transformations.Count == 0) Transformations.AddRange(other.Transformations);
    }

    /// <summary>Adds the data of another to its own, which win.</summary>
    public void TakeDataOf(Resource other)
    {
        SetData("data", Merged(other.TextMap("data", false), TextMap("data", false)));
        SetData("binaryData", Merged(other.TextMap("binaryData", false), TextMap("binaryData", false)));
    }

    private void SetData(string field, SortedDictionary<string, string> data)
    {
        Node!.Remove(field);
        if (data.Count == 0) return;
        var map = YamlNode.Map(data.Count);
        foreach (var (key, value) in data) map.Set(key, YamlNode.Text(value));
        Node!.Append(YamlNode.Scalar(field), map);
    }

    private void TakeNotesOf(Resource other)
    {
        if (ReferenceEquals(this, other)) return;
        _previous.Clear();
        _previous.AddRange(other._previous);
        _prefixes.Clear();
        _prefixes.AddRange(other._prefixes);
        _suffixes.Clear();
        _suffixes.AddRange(other._suffixes);
        Behavior = other.Behavior;
        MayChangeName = other.MayChangeName;
        MayChangeKind = other.MayChangeKind;
    }

    private static SortedDictionary<string, string> Merged(SortedDictionary<string, string> first, SortedDictionary<string, string> winning)
    {
        foreach (var (key, value) in winning) first[key] = value;
        return first;
    }

    /// <inheritdoc/>
    public override string ToString() => CurrentId.ToString();
}
