using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Compare;

/// <summary>How the server reads a Secret: <c>stringData</c> is written into <c>data</c>, winning over it, and never shown.</summary>
internal static class SecretContent
{
    /// <summary>Whether the object is a core Secret.</summary>
    public static bool IsSecret(KubeObject obj) => obj.Kind == "Secret" && obj.ApiVersion == "v1";

    /// <summary>The object as the server will store it; the same document when there is nothing to move.</summary>
    public static MapNode AsStored(KubeObject obj)
    {
        if (!IsSecret(obj)) return obj.Root;
        var stringData = obj.Root["stringData"].AsMap();
        var data = obj.Root["data"].AsMap();
        if (stringData is null && (data is null || data.All(e => IsCanonical(e.Value)))) return obj.Root;

        var stored = new MapNode(obj.Root.Count);
        foreach (var (name, value) in obj.Root)
        {
            if (name is not ("stringData" or "data")) stored[name] = value;
        }

        var merged = new MapNode();
        if (data is not null)
        {
            foreach (var (key, value) in data) merged[key] = Canonical(value);
        }

        if (stringData is not null)
        {
            foreach (var (key, value) in stringData)
            {
                if (value.AsString() is { } text) merged[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
            }
        }

        stored["data"] = merged;
        return stored;
    }

    /// <summary>Base64 may be folded into lines in a manifest; the server writes it on one.</summary>
    private static Node Canonical(Node value) =>
        IsCanonical(value)
            ? value
            : value.AsString()!.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);

    private static bool IsCanonical(Node value) => value.AsString() is not { } text || text.AsSpan().IndexOfAny('\r', '\n') < 0;
}
