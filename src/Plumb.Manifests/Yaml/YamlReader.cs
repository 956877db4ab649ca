using System.Text;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Rendering;
using SharpYaml;
using SharpYaml.Events;

namespace Plumb.Manifests.Yaml;

/// <summary>One document of a stream.</summary>
/// <param name="Value">Its value; null for an empty document.</param>
/// <param name="Origin">Where it starts.</param>
public sealed record YamlDocument(Node Value, Origin Origin)
{
    /// <summary>The text it was read from, so that a fault found later can be placed; null for documents that were not read.</summary>
    internal YamlText? Text { get; init; }

    /// <summary>
    /// Where the value at a path (keys as text, list positions as integers) was written: its key, or the deepest part of the path
    /// that exists. Reads the text again, so it is for faults only.
    /// </summary>
    public Origin Locate(params IReadOnlyList<object> path) => Text?.Locate(Origin, path) ?? Origin;
}

/// <summary>Limits on input from outside.</summary>
/// <param name="MaxDepth">Nesting allowed.</param>
/// <param name="MaxNodes">Values allowed in a stream, after aliases are expanded.</param>
/// <param name="MaxBytes">Size of a stream.</param>
public sealed record YamlLimits(int MaxDepth = 100, int MaxNodes = 2_000_000, int MaxBytes = 32 * 1024 * 1024)
{
    /// <summary>The defaults.</summary>
    public static YamlLimits Default { get; } = new();
}

/// <summary>YAML (and JSON) streams by the rules of Kubernetes' Go YAML.</summary>
public static class YamlReader
{
    /// <summary>
    /// Reads all documents. Faults go to <paramref name="diagnostics"/> with file, line and column; after an error what was read before
    /// it is returned. Never throws for bad input.
    /// </summary>
    public static IReadOnlyList<YamlDocument> ReadAll(
        ReadOnlySpan<byte> utf8, string file, ICollection<Diagnostic> diagnostics, YamlLimits? limits = null)
    {
        limits ??= YamlLimits.Default;
        if (utf8.Length > limits.MaxBytes)
        {
            diagnostics.Add(Diagnostic.Error(
                new Origin(file), $"the file has {utf8.Length} bytes, more than the {limits.MaxBytes} allowed; split it"));
            return [];
        }

        // Kubernetes takes input that begins with a brace as JSON and tries YAML only when that fails.
        if (LooksLikeJson(utf8) && ReadJson(utf8, file, limits) is { } json) return json;

        return Decode(utf8, file, diagnostics) is { } text ? ReadYaml(text, file, diagnostics, limits) : [];
    }

    /// <summary>The same of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">What <see cref="Origin"/>s name it.</param>
    /// <param name="diagnostics">Gets the faults.</param>
    /// <param name="limits">Limits; null for the defaults.</param>
    /// <param name="pool">Where equal short texts of many documents become one string; null: each its own.</param>
    internal static IReadOnlyList<YamlDocument> ReadAll(
        string text, string file, ICollection<Diagnostic> diagnostics, YamlLimits? limits = null, StringPool? pool = null)
    {
        limits ??= YamlLimits.Default;
        return IsOrdinary(text, limits) && CommonYaml.Read(text, file, limits, pool) is { } documents
            ? documents
            : ReadAll(Encoding.UTF8.GetBytes(text), file, diagnostics, limits);
    }

    /// <summary>Whether its bytes need not be looked at: it is not too long for sure, no JSON, and the same when it has gone through UTF-8.</summary>
    private static bool IsOrdinary(ReadOnlySpan<char> text, YamlLimits limits) =>
        text.Length <= limits.MaxBytes / 3 && text.TrimStart(" \t\r\n") is not ['{', ..] && text.IndexOfAnyInRange('\ud800', '\udfff') < 0;

    private static List<YamlDocument> ReadYaml(string text, string file, ICollection<Diagnostic> diagnostics, YamlLimits limits) =>
        CommonYaml.Read(text, file, limits, null) ?? Parse(text, file, diagnostics, limits);

    /// <summary>Reads with the parser that knows all of YAML, and says where the faults are.</summary>
    internal static List<YamlDocument> Parse(string text, string file, ICollection<Diagnostic> diagnostics, YamlLimits limits)
    {
        var documents = new List<YamlDocument>();
        try
        {
            // The parser counts levels its own way; ours, with the better message, is reached first.
            var parser = Parser.CreateParser(new StringReader(text), limits.MaxDepth * 4 + 16);
            var builder = new YamlBuilder(parser, file, limits, diagnostics);
            while (parser.MoveNext())
            {
                if (parser.Current is not DocumentStart start) continue;
                var value = builder.ReadDocument(out var mark);
                documents.Add(new YamlDocument(value, ToOrigin(file, start.IsImplicit || !value.IsNullOrAbsent ? mark : start.Start))
                {
                    Text = new YamlText(text, documents.Count),
                });
            }
        }
        catch (YamlFault fault)
        {
            diagnostics.Add(Diagnostic.Error(ToOrigin(file, fault.Mark), fault.Message));
        }
        catch (YamlException fault)
        {
            diagnostics.Add(Diagnostic.Error(ToOrigin(file, fault.Start), YamlWords.Explain(fault, text)));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The parser's own broken promises on hostile input are the input's fault as far as the caller is concerned.
            diagnostics.Add(Diagnostic.Error(new Origin(file), "this is not YAML: the text could not be understood"));
        }

        return documents;
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> utf8)
    {
        var start = utf8.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && utf8[start] == (byte)'{';
    }

    private static List<YamlDocument>? ReadJson(ReadOnlySpan<byte> utf8, string file, YamlLimits limits)
    {
        var documents = new List<YamlDocument>();
        var options = new JsonReaderOptions { MaxDepth = limits.MaxDepth, AllowMultipleValues = true };
        string? text = null;
        try
        {
            var counter = new Utf8JsonReader(utf8, options);
            for (var count = 0; counter.Read(); count++)
            {
                if (count > limits.MaxNodes) return null; // the YAML reader says so with a place
            }

            var reader = new Utf8JsonReader(utf8, options);
            while (reader.Read())
            {
                var before = utf8[..(int)reader.TokenStartIndex];
                var origin = new Origin(file, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
                text ??= Encoding.UTF8.GetString(utf8);
                documents.Add(new YamlDocument(Json.ReadValue(ref reader), origin) { Text = new YamlText(text, documents.Count) });
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return null; // A flow map such as {a: 1} is YAML after all; the YAML reader reports what is wrong.
        }

        return documents;
    }

    private static string? Decode(ReadOnlySpan<byte> bytes, string file, ICollection<Diagnostic> diagnostics)
    {
        if (bytes.Length >= 2)
        {
            if (bytes[0] == 0xFF && bytes[1] == 0xFE) return Check(Encoding.Unicode.GetString(bytes[2..]), file, diagnostics);
            if (bytes[0] == 0xFE && bytes[1] == 0xFF) return Check(Encoding.BigEndianUnicode.GetString(bytes[2..]), file, diagnostics);
        }

        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[3..];
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return Check(Encoding.UTF8.GetString(bytes), file, diagnostics);

        var valid = ValidPrefix(bytes);
        diagnostics.Add(Diagnostic.Error(
            new Origin(file, bytes[..valid].Count((byte)'\n') + 1, valid - bytes[..valid].LastIndexOf((byte)'\n')),
            $"byte 0x{bytes[valid]:x2} is not UTF-8; save the file as UTF-8"));
        return null;
    }

    private static int ValidPrefix(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _,
            out var used) == System.Buffers.OperationStatus.Done) at += used;
        return at;
    }

    /// <summary>Go YAML's reader refuses control characters before it parses.</summary>
    private static string? Check(string text, string file, ICollection<Diagnostic> diagnostics)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= ' ' and <= '~' or '\n' or '\r' or '\t' or '\u0085' or >= '\u00a0' and < '\ufffe') continue;
            var before = text.AsSpan(0, i);
            diagnostics.Add(Diagnostic.Error(
                new Origin(file, before.Count('\n') + 1, i - before.LastIndexOf('\n')),
                $"control character U+{(int)c:X4} is not allowed; write it as an escape inside double quotes"));
            return null;
        }

        return text;
    }

    internal static Origin ToOrigin(string file, Mark mark) => new(file, mark.Line + 1, mark.Column + 1);
}
