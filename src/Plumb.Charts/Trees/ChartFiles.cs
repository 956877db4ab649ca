using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Trees;

/// <summary>Unpacks charts; what was used last is remembered by its revision's digest, so that a turn of an application reads nothing.</summary>
internal sealed class ChartFiles
{
    private const int Remembered = 32;

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Digest, FileSet Files)> _last = [];

    /// <summary>The files of a chart; null when they are not remembered.</summary>
    public FileSet? Find(string digest)
    {
        lock (_gate)
        {
            for (var node = _last.First; node is not null; node = node.Next)
            {
                if (node.Value.Digest != digest) continue;
                _last.Remove(node);
                _last.AddFirst(node);
                return node.Value.Files;
            }
        }

        return null;
    }

    /// <summary>Unpacks a chart and remembers it.</summary>
    /// <exception cref="SourceException">It is no packed chart, or passes the limits on one.</exception>
    public FileSet Unpack(string digest, ReadOnlyMemory<byte> archive, string shown, CancellationToken ct)
    {
        var files = new FileSet();
        try
        {
            foreach (var file in ArchiveFiles.Read(archive, ChartLimits.Default, ct)) files.Add(file.Name, file.Data, "");
        }
        catch (HelmException fault)
        {
            throw new SourceException(SourceFault.ContentMissing, $"{shown}: the packed chart is refused: {fault.Message}", fault);
        }

        lock (_gate)
        {
            _last.AddFirst((digest, files));
            if (_last.Count > Remembered) _last.RemoveLast();
        }

        return files;
    }
}
