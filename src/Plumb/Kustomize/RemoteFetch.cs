using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Reconcile.Sources;

namespace Plumb.Commands.Kustomize;

/// <summary>Fetches the bases of other repositories that a build comes by, before it is built.</summary>
/// <remarks>What it gives is disposed after the build when it can be.</remarks>
/// <param name="tree">Where the build begins.</param>
/// <param name="folder">The folder in it.</param>
/// <param name="settings">How it is built.</param>
/// <param name="ct">Ends it.</param>
internal delegate Task<IRemoteBases> RemoteFetch(ITree tree, string folder, BuildSettings settings, CancellationToken ct);
