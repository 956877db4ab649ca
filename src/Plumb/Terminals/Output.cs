using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;

namespace Plumb.Commands.Terminals;

/// <summary><c>-o table|json|yaml</c>: a table for people, the API's records for programs.</summary>
internal static class Output
{
    private const string Table = "table";

    public static Option<string> Option() => new Option<string>("--output", "-o")
    {
        Description = "How to show the result",
        HelpName = "table|json|yaml",
        DefaultValueFactory = _ => Table,
    }.AcceptOnlyFromAmong(Table, "json", "yaml");

    /// <summary>Writes the record when a program asked for it; false when people are to get a table.</summary>
    public static bool TryWrite<T>(Terminal terminal, string format, T value, JsonTypeInfo<T> type)
    {
        if (format == Table) return false;
        var node = Json.Parse(JsonSerializer.SerializeToUtf8Bytes(value, type));
        terminal.Out.Write(format == "yaml" ? YamlWriter.Write(node) : Indented(node));
        return true;
    }

    /// <summary>The same for one of many that come in time: a line of JSON each, or a YAML document each.</summary>
    public static bool TryWriteNext<T>(Terminal terminal, string format, T value, JsonTypeInfo<T> type)
    {
        if (format == Table) return false;
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        if (format == "json") terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(json));
        else terminal.Out.Write("---\n" + YamlWriter.Write(Json.Parse(json)));
        terminal.Out.Flush();
        return true;
    }

    /// <summary>Whether people are to get something made for them.</summary>
    public static bool IsForPeople(string format) => format == Table;

    private static string Indented(Node node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Json.Write(writer, node);
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }
}
