using System.Text;

namespace Plumb.Web.Words;

/// <summary>Addresses of the page.</summary>
internal static class Address
{
    /// <summary>An application's page, with a tab and a resource's panel when given.</summary>
    public static string Application(string name, string tab = "", ResourceName? resource = null) =>
        With($"/applications/{Uri.EscapeDataString(name)}", ("tab", tab), ("resource", resource is null ? "" : ResourceKey.Of(resource)));

    /// <summary>A cluster's page.</summary>
    public static string Cluster(string name) => $"/clusters/{Uri.EscapeDataString(name)}";

    /// <summary>A project's page.</summary>
    public static string Project(string name) => $"/projects/{Uri.EscapeDataString(name)}";

    /// <summary>A path with the values that are not empty, in this order.</summary>
    public static string With(string path, params IEnumerable<(string Name, string? Value)> values)
    {
        var address = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in values)
        {
            if (!string.IsNullOrEmpty(value))
            {
                address.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return address.ToString();
    }
}
