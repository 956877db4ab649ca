using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>
/// The files of a packed chart, a tar in gzip (<c>LoadArchiveFiles</c>). Names that leave the chart's folder are refused, links are empty
/// files, and no more is unpacked than <see cref="ChartLimits"/> allows.
/// </summary>
public static class ArchiveFiles
{
    /// <summary>Reads an archive.</summary>
    /// <exception cref="HelmException">It is no such archive, or is refused.</exception>
    public static IReadOnlyList<ChartFile> Read(ReadOnlyMemory<byte> archive, ChartLimits limits, CancellationToken ct)
    {
        if (!archive.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) throw new HelmException("gzip: invalid header");
        var files = new List<ChartFile>();
        var remaining = limits.MaxChartBytes;
        try
        {
            using var packed = new ReadOnlyStream(archive);
            using var plain = new GZipStream(packed, CompressionMode.Decompress);
            using var bounded = new BoundedStream(plain, (limits.MaxChartBytes * 2) + (limits.MaxFiles * 2048L), limits.MaxChartBytes);
            using var tar = new TarReader(bounded);
            while (tar.GetNextEntry() is { } entry)
            {
                ct.ThrowIfCancellationRequested();
                if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes || entry.Name.EndsWith('/')) continue;
                var name = NameInChart(entry.Name);
                if (entry.Length > remaining) throw TooLarge(limits);
                if (entry.Length > limits.MaxFileBytes)
                {
                    throw new HelmException(
                        $"decompressed chart file \"{entry.Name}\" is larger than the maximum file size {limits.MaxFileBytes}");
                }

                if (files.Count >= limits.MaxFiles) throw new HelmException($"the archive has more than the {limits.MaxFiles} files allowed");
                var data = new byte[entry.Length];
                entry.DataStream?.ReadExactly(data);
                remaining -= data.Length;
                if (remaining <= 0) throw TooLarge(limits);
                files.Add(new ChartFile(name, WithoutMark(data)));
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or FormatException or IOException)
        {
            throw new HelmException("unexpected EOF", fault);
        }

        return files.Count > 0 ? files : throw new HelmException("no files in chart archive");
    }

    internal static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> data) => data.Span.StartsWith(Encoding.UTF8.Preamble) ? data[3..] : data;

    private static string NameInChart(string name)
    {
        var delimiter = name.Contains('\\') ? '\\' : '/';
        var first = name.IndexOf(delimiter);
        var below = (first < 0 ? "" : name[(first + 1)..]).Replace(delimiter, '/');
        if (below.StartsWith('/')) throw new HelmException("chart illegally contains absolute paths");
        below = Clean(below);
        if (below == ".")
            throw new HelmException($"chart illegally contains content outside the base directory: {GoTemplate.Formatting.GoQuote.Quote(name)}");
        if (below.StartsWith("..", StringComparison.Ordinal)) throw new HelmException("chart illegally references parent directory");
        if (below.Length > 2 && char.IsAsciiLetter(below[0]) && below[1] == ':' && below[2] == '/')
            throw new HelmException("chart contains illegally named files");
        if ((first < 0 ? name : name[..first]) == "Chart.yaml") throw new HelmException("chart yaml not in base directory");
        return below;
    }

    private static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part == ".." && parts.Count > 0 && parts[^1] != "..") parts.RemoveAt(parts.Count - 1);
            else parts.Add(part);
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }

    private static HelmException TooLarge(ChartLimits limits) =>
        new($"decompressed chart is larger than the maximum size {limits.MaxChartBytes}");

    private sealed class ReadOnlyStream(ReadOnlyMemory<byte> data) : Stream
    {
        private int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => data.Length;

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, data.Length - _at);
            data.Span.Slice(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>Ends an archive that unpacks into more than is allowed, whatever its headers say.</summary>
    private sealed class BoundedStream(Stream inner, long max, long reported) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            _read += count;
            return _read <= max ? count : throw new HelmException($"decompressed chart is larger than the maximum size {reported}");
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
