namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>
/// The parts of an image's name (<c>api/internal/image</c>): <c>host:port/path:tag@digest</c>, with the host in the name.
/// </summary>
internal readonly record struct ImageName(string Name, string Tag, string Digest)
{
    /// <summary>Cuts a name. A colon before the first slash belongs to the host.</summary>
    public static ImageName Parse(string image)
    {
        var from = Math.Max(image.IndexOf('/', StringComparison.Ordinal), 0);
        var at = image.IndexOf('@', from);
        var colon = image.IndexOf(':', from);
        if (at < 0 && colon < 0) return new ImageName(image, "", "");
        if (at >= 0 && (at < colon || colon < 0)) return new ImageName(image[..at], "", image[(at + 1)..]);
        return at >= 0
            ? new ImageName(image[..colon], image[(colon + 1)..at], image[(at + 1)..])
            : new ImageName(image[..colon], image[(colon + 1)..], "");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}{(Tag.Length > 0 ? ":" + Tag : "")}{(Digest.Length > 0 ? "@" + Digest : "")}";
}
