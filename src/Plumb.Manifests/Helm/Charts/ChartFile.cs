using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Schema;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>A file of a chart.</summary>
/// <param name="Name">Its path below the chart's folder, with forward slashes.</param>
/// <param name="Data">Its bytes, a byte-order mark cut off.</param>
public sealed record ChartFile(string Name, ReadOnlyMemory<byte> Data)
{
    private string? _text;
    private GoList? _bytes;
    private SchemaDocument? _schema;

    /// <summary>The bytes as text, those that are not UTF-8 kept.</summary>
    public string Text => _text ??= GoText.FromBytes(Data.Span);

    /// <summary>The file read as a schema, once for all renders.</summary>
    /// <exception cref="GoError">It is no schema.</exception>
    internal SchemaDocument Schema => _schema ??= SchemaDocument.Parse(Text);

    /// <summary>The bytes as templates see them; nothing changes such a list, so that all renders share it.</summary>
    internal GoList Bytes => _bytes ??= GoList.Of(Data);
}
