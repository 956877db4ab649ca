using System.Security.Cryptography;
using System.Text;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Loop;

/// <summary>What all sources of an application state together, at definite commits.</summary>
/// <param name="Revisions">Commit of each source.</param>
/// <param name="Resources">For the target; where two sources state the same, the later one counts.</param>
/// <param name="Registered">For Plumb itself.</param>
/// <param name="Diagnostics">Of all renders.</param>
/// <param name="Digest">Hash of all of it and of the sync options.</param>
internal sealed record DesiredState(
    IReadOnlyList<string> Revisions,
    IReadOnlyList<DesiredResource> Resources,
    IReadOnlyList<RegisteredResource> Registered,
    IReadOnlyList<Diagnostic> Diagnostics,
    string Digest)
{
    public static DesiredState Of(ApplicationSpec spec, IReadOnlyList<string> revisions, IReadOnlyList<RenderResult> renders)
    {
        List<Diagnostic> diagnostics = [.. renders.SelectMany(r => r.Diagnostics)];
        var byId = new Dictionary<ResourceId, DesiredResource>();
        foreach (var resource in renders.SelectMany(r => r.Resources))
        {
            if (!byId.TryAdd(resource.Id, resource))
            {
                diagnostics.Add(Diagnostic.Warning(resource.Origin,
                    $"{resource.Id} is also stated in {byId[resource.Id].Origin}; this one, of the later source, counts"));
                byId[resource.Id] = resource;
            }
        }

        List<RegisteredResource> registered =
        [
            .. renders.SelectMany(r => r.Clusters).Select(RegisteredResource.Of),
            .. renders.SelectMany(r => r.Projects).Select(RegisteredResource.Of),
            .. renders.SelectMany(r => r.Applications).Select(RegisteredResource.Of),
        ];
        var text = new StringBuilder();
        foreach (var option in spec.SyncPolicy.SyncOptions) text.Append(option).Append('\n');
        foreach (var resource in byId.Values.OrderBy(r => r.Id)) text.Append(resource.Id).Append(' ').Append(resource.Digest).Append('\n');
        foreach (var resource in registered.OrderBy(r => r.Id)) text.Append(resource.Id).Append(' ').Append(resource.Digest).Append('\n');
        return new DesiredState(revisions, [.. byId.Values], registered, diagnostics, Hash(text.ToString()));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
