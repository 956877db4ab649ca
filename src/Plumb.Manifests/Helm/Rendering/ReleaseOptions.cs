namespace Plumb.Manifests.Helm.Rendering;

/// <summary>What <c>.Release</c> says.</summary>
/// <param name="Name">The release's name.</param>
/// <param name="Namespace">The namespace; Helm's default is <c>default</c>.</param>
/// <param name="IsUpgrade">An upgrade instead of an installation.</param>
public sealed record ReleaseOptions(string Name, string Namespace, bool IsUpgrade = false);
