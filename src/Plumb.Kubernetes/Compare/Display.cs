using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Compare;

/// <summary>Objects as people read them in a diff.</summary>
public static class Display
{
    /// <summary>
    /// YAML without managedFields, resourceVersion, uid, generation, creationTimestamp, last-applied and status; values of Secrets
    /// (data, stringData, and their copies in annotations) masked so that equal values get equal masks and different ones differ when
    /// both sides of a diff are made with the same <paramref name="mask"/>.
    /// </summary>
    public static string ToYaml(KubeObject? obj, SecretMask mask) => throw new NotImplementedException();
}

/// <summary>Masks secret values for one diff: the same value gets the same mask, different values different masks, and nothing about the value (its length either) shows.</summary>
public sealed class SecretMask
{
    /// <summary>The mask of a value.</summary>
    public string Mask(string value) => throw new NotImplementedException();
}
