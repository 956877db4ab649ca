using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>What <c>lookup</c> asks: a live cluster. Without one every answer is empty, as in <c>helm template</c>.</summary>
public interface ILiveObjects
{
    /// <summary>
    /// An object, or with an empty name the list of them (<c>{apiVersion, kind, items}</c>); null when there is none. An empty namespace
    /// means all of them.
    /// </summary>
    MapNode? Find(string apiVersion, string kind, string ns, string name);
}
