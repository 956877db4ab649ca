using System.Text;
using Plumb.Manifests.Fields;

namespace Plumb.Manifests.Kustomize.Generators;

/// <summary>
/// Reads the entries of a generated object (<c>api/kv</c>): first those of files with an entry a line, then literals, then whole files.
/// Nothing comes from the environment: a line without <c>=</c> is a key with an empty value, there as here.
/// </summary>
/// <param name="read">Reads the file of a path; it may throw <see cref="KustomizeException"/>.</param>
internal sealed class KeyValueReader(Func<string, ReadOnlyMemory<byte>> read)
{
    /// <summary>How much of a line with its line feed the original's scanner takes; where a line is longer, it ends the file.</summary>
    private const int MaxLine = 64 * 1024;

    /// <exception cref="KustomizeException">A source is badly written or cannot be read; the message names all of its kind.</exception>
    public List<KeyValuePair<string, ReadOnlyMemory<byte>>> ReadAll(KeyValueSources sources)
    {
        var entries = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        Collect(entries, sources.Envs, path => Lines(read(path)), "env source files: ");
        Collect(entries, sources.Literals, literal => [Literal(literal)], "literal sources ");
        Collect(entries, sources.Files, source => [File(source)], "file sources: ");
        return entries;
    }

    /// <summary>Key and path of a file.</summary>
    /// <exception cref="KustomizeException">One of both is missing, or there is more than one <c>=</c>.</exception>
    public static (string Key, string Path) ParseFile(string source)
    {
        var separators = source.Count(c => c == '=');
        if (separators == 0) return (BaseName(source), source);
        if (separators > 1) throw new KustomizeException($"source {GoJson.Quote(source)} key name or file path contains '='");
        var at = source.IndexOf('=', StringComparison.Ordinal);
        if (at == 0)
            throw new KustomizeException($"missing key name for file path {GoJson.Quote(source[1..])} in source {GoJson.Quote(source)}");
        if (at == source.Length - 1)
            throw new KustomizeException($"missing file path for key name {GoJson.Quote(source[..^1])} in source {GoJson.Quote(source)}");
        return (source[..at], source[(at + 1)..]);
    }

    private static void Collect(
        List<KeyValuePair<string, ReadOnlyMemory<byte>>> entries,
        IReadOnlyList<string> sources,
        Func<string, IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>>> readOne,
        string words)
    {
        try
        {
            foreach (var source in sources) entries.AddRange(readOne(source));
        }
        catch (KustomizeException fault)
        {
            throw fault.Led($"{words}[{string.Join(' ', sources)}]");
        }
    }

    private KeyValuePair<string, ReadOnlyMemory<byte>> File(string source)
    {
        var (key, path) = ParseFile(source);
        return new(key, read(path));
    }

    private static KeyValuePair<string, ReadOnlyMemory<byte>> Literal(string source)
    {
        var at = source.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0) throw new KustomizeException($"invalid literal source {source}, expected key=value");
        var value = source[(at + 1)..];

        // Quotes go only in pairs.
        if (value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'') value = value[1..^1];
        return new(source[..at], Encoding.UTF8.GetBytes(value));
    }

    private static IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Lines(ReadOnlyMemory<byte> content)
    {
        for (var isFirst = true; !content.IsEmpty; isFirst = false)
        {
            var end = content.Span.IndexOf((byte)'\n');
            var length = end < 0 ? content.Length : end;
            if (length >= MaxLine) yield break;
            var line = content[..length];
            content = end < 0 ? default : content[(end + 1)..];
            if (line.Span is [.., (byte)'\r']) line = line[..^1];
            if (Line(line.Span, isFirst) is { } entry) yield return entry;
        }
    }

    private static KeyValuePair<string, ReadOnlyMemory<byte>>? Line(ReadOnlySpan<byte> line, bool isFirst)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line);
        }
        catch (DecoderFallbackException)
        {
            // The original prints the bytes where it means the number of the line.
            throw new KustomizeException(
                $"line [{string.Join(' ', line.ToArray())}] has invalid utf8 bytes : {Encoding.UTF8.GetString(line)}");
        }

        if (isFirst && text.StartsWith('\uFEFF')) text = text[1..];
        text = text.TrimStart();
        if (text.Length == 0 || text[0] == '#') return null;
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var key = at < 0 ? text : text[..at];
        return key.Length == 0 ? null : new(key, Encoding.UTF8.GetBytes(at < 0 ? "" : text[(at + 1)..]));
    }

    /// <summary>Go's <c>path.Base</c>.</summary>
    private static string BaseName(string path)
    {
        if (path.Length == 0) return ".";
        var trimmed = path.TrimEnd('/');
        return trimmed.Length == 0 ? "/" : trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }
}
