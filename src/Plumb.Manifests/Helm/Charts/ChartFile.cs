using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>A file of a chart.</summary>
/// <param name="Name">Its path below the chart's folder, with forward slashes.</param>
/// <param name="Data">Its bytes, a byte-order mark cut off.</param>
public sealed record ChartFile(string Name, ReadOnlyMemory<byte> Data)
{
    private string? _text;

    /// <summary>The bytes as text, those that are not UTF-8 kept.</summary>
    public string Text => _text ??= GoText.FromBytes(Data.Span);
}
