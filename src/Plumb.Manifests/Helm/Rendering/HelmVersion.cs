namespace Plumb.Manifests.Helm.Rendering;

/// <summary>The Helm whose behaviour is followed.</summary>
public enum HelmVersion
{
    /// <summary>Helm 4.1.4.</summary>
    Four,

    /// <summary>Helm 3.17.2: what <c>version: v3</c> of an application asks for.</summary>
    Three,
}
