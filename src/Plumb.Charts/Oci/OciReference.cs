using System.Text.RegularExpressions;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Oci;

/// <summary>A repository in a registry, by the OCI distribution specification's grammar.</summary>
/// <param name="Host">Host, with port if it is not the usual one.</param>
/// <param name="Repository">Name of the repository.</param>
/// <param name="Tag">The tag that the address ends with; null for none.</param>
internal sealed partial record OciReference(string Host, string Repository, string? Tag = null)
{
    /// <summary>Reads <c>[oci://]host[:port]/name[:tag]</c>.</summary>
    /// <exception cref="SourceException">Not of that form.</exception>
    public static OciReference Parse(string text)
    {
        var bare = text.StartsWith("oci://", StringComparison.Ordinal) ? text["oci://".Length..] : text;
        var slash = bare.IndexOf('/');
        var (host, name) = slash < 0 ? (bare, "") : (bare[..slash], bare[(slash + 1)..].TrimEnd('/'));
        string? tag = null;
        if (name.LastIndexOf(':') is var colon and >= 0) (name, tag) = (name[..colon], name[(colon + 1)..]);
        if (!HostName().IsMatch(host) || !Name().IsMatch(name) || name.Length > 255 || (tag is not null && !TagName().IsMatch(tag)))
            throw new SourceException(SourceFault.RepositoryNotFound,
                $"\"{text}\" is no address of an OCI registry: host/repository is expected, in lower case");
        return new OciReference(host, name, tag);
    }

    public override string ToString() => $"oci://{Host}/{Repository}";

    [GeneratedRegex(@"^([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._\-]{0,127}\z")]
    private static partial Regex TagName();
}
