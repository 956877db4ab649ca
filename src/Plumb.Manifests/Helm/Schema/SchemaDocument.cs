using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Schema;

/// <summary>A <c>values.schema.json</c>, its draft and the targets of its references. Nothing is fetched: references stay in the file.</summary>
internal sealed class SchemaDocument
{
    private readonly JsonDocument _document;
    private readonly Dictionary<string, JsonElement> _anchors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, GoRegex> _regexes = new(StringComparer.Ordinal);
    private readonly string _base;

    private SchemaDocument(JsonDocument document)
    {
        _document = document;
        Draft = DraftOf(document.RootElement);
        _base = Id(document.RootElement) ?? "file:///values.schema.json";
        Collect(document.RootElement, 0);
        CheckReferences(document.RootElement, 0);
    }

    /// <summary>4, 6, 7, 2019 or 2020; the last when the schema names none.</summary>
    public int Draft { get; }

    public JsonElement Root => _document.RootElement;

    /// <exception cref="GoError">It is no schema.</exception>
    public static SchemaDocument Parse(string text)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 512 });
        }
        catch (JsonException)
        {
            Plumb.GoTemplate.Functions.Json.GoJsonReader.Read(text, out var fault);
            throw fault ?? new GoError("invalid character after top-level value");
        }

        return new SchemaDocument(document);
    }

    /// <summary>The pattern, compiled once, by Go's rules.</summary>
    public GoRegex Regex(string pattern) => _regexes.GetOrAdd(pattern, static p => GoRegex.Compile(p));

    /// <summary>What a reference leads to.</summary>
    /// <exception cref="GoError">Nothing in this file.</exception>
    public JsonElement Resolve(string reference)
    {
        var hash = reference.IndexOf('#');
        var url = hash < 0 ? reference : reference[..hash];
        var fragment = hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]);
        var at = Root;
        if (url.Length > 0 && url != _base && !_ids.TryGetValue(url, out at) && !_ids.TryGetValue(Absolute(url), out at))
        {
            throw new GoError($"failing loading {GoTemplate.Formatting.GoQuote.Quote(Absolute(url))}: references to other files are not followed");
        }

        if (fragment.Length == 0) return at;
        if (fragment[0] != '/')
        {
            return _anchors.TryGetValue(fragment, out var anchored)
                ? anchored
                : throw new GoError($"anchor in {GoTemplate.Formatting.GoQuote.Quote(reference)} not found in schema \"{_base}\"");
        }

        foreach (var token in fragment[1..].Split('/'))
        {
            var name = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var next)) at = next;
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < at.GetArrayLength()) at = at[index];
            else throw new GoError($"jsonpointer in \"{_base}#{fragment}\" not found");
        }

        return at;
    }

    private string Absolute(string url) =>
        Uri.TryCreate(_base, UriKind.Absolute, out var root) && Uri.TryCreate(root, url, out var whole) ? whole.ToString() : url;

    private string? Id(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(Draft == 4 ? "id" : "$id", out var id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()!.TrimEnd('#')
            : null;

    private void Collect(JsonElement element, int depth)
    {
        if (depth > 512) return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) Collect(item, depth + 1);
            return;
        }

        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var name in (ReadOnlySpan<string>)["$anchor", "$dynamicAnchor"])
        {
            if (element.TryGetProperty(name, out var anchor) && anchor.ValueKind == JsonValueKind.String) _anchors.TryAdd(anchor.GetString()!, element);
        }

        if (depth > 0 && Id(element) is { Length: > 0 } id)
        {
            if (id[0] == '#') _anchors.TryAdd(id[1..], element);
            else _ids.TryAdd(Absolute(id), element);
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Name is not ("enum" or "const" or "default" or "examples")) Collect(member.Value, depth + 1);
        }
    }

    /// <summary>A schema whose references or patterns cannot be had is refused as a whole, used or not.</summary>
    private void CheckReferences(JsonElement element, int depth)
    {
        if (depth > 512) return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) CheckReferences(item, depth + 1);
        }

        if (element.ValueKind != JsonValueKind.Object) return;
        if (element.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String)
        {
            Resolve(reference.GetString()!);
            if (Draft < 2019) return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Name is not ("enum" or "const" or "default" or "examples")) CheckReferences(member.Value, depth + 1);
        }
    }

    private static int DraftOf(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("$schema", out var value) || value.ValueKind != JsonValueKind.String)
            return 2020;
        var url = value.GetString()!;
        if (url.EndsWith('#')) url = url[..^1];
        url = url.Replace("http://", "", StringComparison.Ordinal).Replace("https://", "", StringComparison.Ordinal);
        return url switch
        {
            "json-schema.org/schema" or "json-schema.org/draft/2020-12/schema" => 2020,
            "json-schema.org/draft/2019-09/schema" => 2019,
            "json-schema.org/draft-07/schema" => 7,
            "json-schema.org/draft-06/schema" => 6,
            "json-schema.org/draft-04/schema" => 4,
            _ => throw new GoError($"failing loading {GoTemplate.Formatting.GoQuote.Quote(value.GetString()!)}: the schema's dialect is not known"),
        };
    }
}
