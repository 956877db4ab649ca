using System.Globalization;
using System.Reflection;
using System.Text;

namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>
/// A generated table of facts (written by <c>eng/schemas/generate-kustomize.py</c>). Lines, columns separated by tabs:
/// <list type="bullet">
/// <item><c>V version</c>: the name of the document.</item>
/// <item><c>S apiVersion Kind N|C</c>: whether the kind lives in namespaces or in the cluster.</item>
/// <item><c>K apiVersion Kind type</c>: a kind and the number of its type.</item>
/// <item><c>T name [type]</c>: starts a type; types are numbered from 0 and sorted by name; the type of keys that are not named.</item>
/// <item>
/// <c>field type [marks]</c>: a field of the type above. Type: a number is another type, <c>[</c> before a type a list, <c>{</c> a map,
/// <c>.</c> anything else. Marks: <c>P</c> patch strategy, <c>M</c> merge key, <c>K</c> list map keys.
/// </item>
/// </list>
/// Only the first columns of lines are looked at when it is loaded; a type is read when it is first asked for.
/// </summary>
internal sealed class SchemaTable : ISchemaDocument
{
    private static readonly Lazy<SchemaTable> KubernetesTable = new(() => Load("kubernetes.txt"));
    private static readonly Lazy<SchemaTable> KustomizationTable = new(() => Load("kustomization.txt"));

    private readonly string _text;
    private readonly Dictionary<(string ApiVersion, string Kind), int> _kinds = [];
    private readonly Dictionary<(string ApiVersion, string Kind), bool> _scopes = [];
    private readonly List<int> _starts = new(600);
    private readonly TypeDefinition?[] _types;

    private SchemaTable(string text)
    {
        _text = text;
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            if (text[at + 1] == '\t')
            {
                switch (text[at])
                {
                    case 'T': _starts.Add(at); break;
                    case 'K':
                        var kind = text[at..end].Split('\t');
                        _kinds[(kind[1], kind[2])] = int.Parse(kind[3], CultureInfo.InvariantCulture);
                        break;
                    case 'S':
                        var scope = text[at..end].Split('\t');
                        _scopes[(scope[1], scope[2])] = scope[3] == "N";
                        break;
                    case 'V': Version = text[(at + 2)..end]; break;
                    default: break;
                }
            }

            at = end + 1;
        }

        _types = new TypeDefinition?[_starts.Count];
    }

    /// <summary>Kubernetes' own kinds.</summary>
    public static SchemaTable Kubernetes => KubernetesTable.Value;

    /// <summary>Kustomize's kinds.</summary>
    public static SchemaTable Kustomization => KustomizationTable.Value;

    /// <summary>The name by which a kustomization asks for it, such as <c>v1.21.2</c>.</summary>
    public string Version { get; } = "";

    /// <inheritdoc/>
    public SchemaDefinition? Definition(string name)
    {
        var (low, high) = (0, _starts.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = NameSpan(middle).CompareTo(name, StringComparison.Ordinal);
            if (order == 0) return TypeAt(middle);
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    /// <inheritdoc/>
    public SchemaDefinition? DefinitionOf(string apiVersion, string kind) =>
        _kinds.TryGetValue((apiVersion, kind), out var type) ? TypeAt(type) : null;

    /// <inheritdoc/>
    public bool? IsNamespaced(string apiVersion, string kind) =>
        _scopes.TryGetValue((apiVersion, kind), out var isNamespaced) ? isNamespaced : null;

    /// <summary>The name of a type.</summary>
    public string NameOf(int type) => NameSpan(type).ToString();

    private static SchemaTable Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Plumb.Manifests.Kustomize.Schemas.{name}")
            ?? throw new InvalidOperationException($"The table {name} of Kustomize's schemas is not in this assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new SchemaTable(reader.ReadToEnd());
    }

    private ReadOnlySpan<char> NameSpan(int type)
    {
        var start = _starts[type] + 2;
        var rest = _text.AsSpan(start);
        return rest[..rest.IndexOfAny('\t', '\n')];
    }

    // Two threads may both make one; they are equal, and the first stays.
    private TypeDefinition TypeAt(int type) =>
        Volatile.Read(ref _types[type]) ?? Interlocked.CompareExchange(ref _types[type], ReadType(type), null) ?? _types[type]!;

    private TypeDefinition ReadType(int type)
    {
        var end = type + 1 < _starts.Count ? _starts[type + 1] : _text.Length;
        var head = _text.IndexOf('\n', _starts[type]);
        var columns = _text[_starts[type]..head].Split('\t');
        var fields = new Dictionary<string, SchemaDefinition>(StringComparer.Ordinal);
        for (var at = head + 1; at < end;)
        {
            var lineEnd = _text.IndexOf('\n', at);
            var line = _text[at..lineEnd];
            fields[line[..line.IndexOf('\t')]] = TableDefinition.Read(this, line);
            at = lineEnd + 1;
        }

        return new TypeDefinition(fields, columns.Length > 2 ? TableDefinition.Of(this, columns[2]) : null);
    }

    private sealed class TypeDefinition(Dictionary<string, SchemaDefinition> fields, SchemaDefinition? others) : SchemaDefinition
    {
        public override SchemaDefinition? AdditionalProperties => others;

        public override SchemaDefinition? Property(string name) => fields.GetValueOrDefault(name);
    }
}
