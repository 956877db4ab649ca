using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Manifests.Schemas.Table;

/// <summary>
/// The generated table of facts (written by <c>eng/schemas/generate.py</c>). Lines, columns separated by tabs:
/// <list type="bullet">
/// <item><c>V version</c>: the Kubernetes version.</item>
/// <item><c>K group version Kind plural shortNames categories N|C verbs subresources type</c>: a kind and the number of its type.</item>
/// <item><c>T name [A]</c>: starts a type; types are numbered from 0. <c>A</c>: owned as a whole.</item>
/// <item>
/// <c>field type [marks [default]]</c>: a field of the type above. Type: a number is another type; <c>s</c> text, <c>t</c> time,
/// <c>y</c> bytes, <c>b</c> boolean, <c>i</c> and <c>l</c> integers of 32 and 64 bits, <c>n</c> number, <c>x</c> integer or text,
/// <c>q</c> quantity, <c>o</c> free object, <c>a</c> anything; <c>[</c> before it a list, <c>{</c> a map. Marks: <c>K</c> list
/// keys, <c>S</c> set, <c>A</c> atomic, <c>M</c> merged by patches (with the key), <c>R</c> retain keys, <c>P</c> pointer, <c>O</c>
/// left out when empty, <c>!</c> required. The default is JSON.
/// </item>
/// </list>
/// Only kinds are read at once; a type is read when a schema's properties are first asked for.
/// </summary>
internal sealed class KindTable
{
    private const string AllVerbs = "create,delete,deletecollection,get,list,patch,update,watch";

    private static readonly Lazy<KindTable> Shared = new(Load);

    private readonly string _text;
    private readonly int[] _typeStarts;
    private readonly IReadOnlyDictionary<string, Schema>?[] _properties;
    private readonly FrozenDictionary<GroupVersionKind, Entry> _kinds;

    private KindTable(string text)
    {
        _text = text;
        var types = new List<int>(700);
        var kinds = new List<Entry>(80);
        var version = "";
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            if (text[at + 1] == '\t')
            {
                switch (text[at])
                {
                    case 'V': version = text[(at + 2)..end]; break;
                    case 'K': kinds.Add(ReadKind(text[at..end])); break;
                    case 'T': types.Add(at); break;
                    default: break;
                }
            }

            at = end + 1;
        }

        Version = version;
        _typeStarts = [.. types];
        _properties = new IReadOnlyDictionary<string, Schema>?[types.Count];
        All = [.. kinds.Select(k => k.Kind)];
        _kinds = kinds.ToFrozenDictionary(k => k.Kind.Kind);
    }

    public static KindTable Instance => Shared.Value;

    /// <summary>The Kubernetes version that the table was made from, such as <c>1.33.4</c>.</summary>
    public string Version { get; }

    public IReadOnlyList<BuiltInKind> All { get; }

    public BuiltInKind? Find(GroupVersionKind kind) => _kinds.TryGetValue(kind, out var entry) ? entry.Kind : null;

    public Schema? SchemaOf(GroupVersionKind kind)
    {
        if (!_kinds.TryGetValue(kind, out var entry)) return null;

        // Two threads may both make one; the first stays, as others may hold it already.
        return entry.Schema ?? Interlocked.CompareExchange(ref entry.Schema, Make(NumberText(entry.Type), "", default), null) ?? entry.Schema;
    }

    private static string NumberText(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static KindTable Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Plumb.Manifests.Schemas.Table.kinds.txt")
            ?? throw new InvalidOperationException("The table of built-in kinds is not in this assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new KindTable(reader.ReadToEnd());
    }

    private static Entry ReadKind(string line)
    {
        var columns = line.Split('\t');
        var subresources = columns[9].Split(',');
        var kind = new BuiltInKind(
            new(columns[1], columns[2], columns[3]), columns[4], columns[3].ToLowerInvariant(), List(columns[5]), List(columns[6]),
            columns[7] == "N", List(columns[8] == "*" ? AllVerbs : columns[8]),
            subresources.Contains("status"), subresources.Contains("scale"));
        return new Entry(kind, int.Parse(columns[10], CultureInfo.InvariantCulture));
    }

    private static string[] List(string column) => column.Length == 0 ? [] : column.Split(',');

    private IReadOnlyDictionary<string, Schema> PropertiesOf(int type)
    {
        if (Volatile.Read(ref _properties[type]) is { } known) return known;
        var made = new Dictionary<string, Schema>(StringComparer.Ordinal);
        var end = type + 1 < _typeStarts.Length ? _typeStarts[type + 1] : _text.Length;
        for (var at = _text.IndexOf('\n', _typeStarts[type]) + 1; at < end;)
        {
            var lineEnd = _text.IndexOf('\n', at);
            var columns = _text[at..lineEnd].Split('\t');
            var value = columns.Length > 3 ? Json.Parse(columns[3]) : default;
            value.Freeze();
            made[columns[0]] = Make(columns[1], columns.Length > 2 ? columns[2] : "", value);
            at = lineEnd + 1;
        }

        return Interlocked.CompareExchange(ref _properties[type], made, null) ?? made;
    }

    private bool IsAtomic(int type) => _text[_text.IndexOf('\n', _typeStarts[type]) - 2] == '\t';

    private Schema Make(string type, string marks, Node @default)
    {
        var read = Marks.Read(marks);
        var number = char.IsAsciiDigit(type[0]) ? int.Parse(type, CultureInfo.InvariantCulture) : -1;
        return new Schema
        {
            Type = number >= 0 ? SchemaType.Object : TypeOf(type[0]),
            Lazy = number >= 0 ? () => PropertiesOf(number) : null,
            Items = type[0] == '[' ? Make(type[1..], "", default) : null,
            AdditionalProperties = type[0] == '{' ? Make(type[1..], "", default) : null,
            PreserveUnknownFields = type[0] is 'o' or 'a',
            ListKind = read.Keys.Length > 0 ? ListKind.Map : read.Set ? ListKind.Set : ListKind.Atomic,
            ListKeys = read.Keys,
            Atomic = read.Atomic || (number >= 0 && IsAtomic(number)),
            PatchMerge = read.Merge,
            PatchMergeKey = read.MergeKey,
            PatchRetainKeys = read.RetainKeys,
            Default = @default,
            BuiltIn = new GoField(read.Pointer, read.OmitEmpty, read.Required, FormatOf(type[0]), number >= 0 ? NameOf(number) : null),
        };
    }

    private string NameOf(int type)
    {
        var start = _typeStarts[type] + 2;
        return _text.Substring(start, _text.AsSpan(start).IndexOfAny('\t', '\n'));
    }

    private static SchemaType TypeOf(char letter) => letter switch
    {
        's' or 't' or 'y' => SchemaType.String,
        'b' => SchemaType.Boolean,
        'i' or 'l' => SchemaType.Integer,
        'n' => SchemaType.Number,
        'x' => SchemaType.IntOrString,
        'q' => SchemaType.Quantity,
        'o' => SchemaType.Object,
        '[' => SchemaType.List,
        '{' => SchemaType.Map,
        _ => SchemaType.Any,
    };

    private static string? FormatOf(char letter) => letter switch
    {
        't' => "date-time",
        'y' => "byte",
        'i' => "int32",
        'l' => "int64",
        'n' => "double",
        _ => null,
    };

    private sealed class Entry(BuiltInKind kind, int type)
    {
        public Schema? Schema;

        public BuiltInKind Kind { get; } = kind;

        public int Type { get; } = type;
    }

    private readonly record struct Marks(
        string[] Keys, bool Set, bool Atomic, bool Merge, string? MergeKey, bool RetainKeys, bool Pointer, bool OmitEmpty, bool Required)
    {
        public static Marks Read(string text)
        {
            var marks = new Marks([], false, false, false, null, false, false, false, false);
            if (text.Length == 0) return marks;
            foreach (var mark in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                marks = mark[0] switch
                {
                    'K' => marks with { Keys = mark[1..].Split(',') },
                    'S' => marks with { Set = true },
                    'A' => marks with { Atomic = true },
                    'M' => marks with { Merge = true, MergeKey = mark.Length > 1 ? mark[1..] : null },
                    'R' => marks with { RetainKeys = true },
                    'P' => marks with { Pointer = true },
                    'O' => marks with { OmitEmpty = true },
                    '!' => marks with { Required = true },
                    _ => marks,
                };
            }

            return marks;
        }
    }
}
