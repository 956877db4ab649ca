using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Kustomize.Files;

/// <summary>Where a build has bases of other repositories, and files of web servers, from.</summary>
public interface IRemoteBases
{
    /// <summary>The tree of another repository. The same address gives the same commit for as long as a build lasts.</summary>
    /// <exception cref="SourceException">It cannot be had, or is not allowed.</exception>
    ITree Open(RemoteAddress address, CancellationToken ct);

    /// <summary>A chart of a chart repository; an empty version means the newest.</summary>
    /// <exception cref="SourceException">It cannot be had, or is not allowed.</exception>
    ITree OpenChart(string repository, string name, string version, CancellationToken ct);

    /// <summary>A file of a web server.</summary>
    /// <exception cref="SourceException">It cannot be had, or is not allowed.</exception>
    ReadOnlyMemory<byte> Download(string address, CancellationToken ct);
}
