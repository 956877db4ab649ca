using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Objects;

/// <summary>One object as it was found in a file.</summary>
/// <param name="Object">The object; not frozen yet.</param>
/// <param name="Document">The document it stands in.</param>
/// <param name="Path">Where in the document: empty, or <c>items</c> and a position for the members of a list.</param>
public sealed record Manifest(KubeObject Object, YamlDocument Document, IReadOnlyList<object> Path)
{
    /// <summary>Where the document (not the member) starts.</summary>
    public Origin Origin => Document.Origin;

    /// <summary>Where a field of the object was written; reads the text again, so it is for faults only.</summary>
    public Origin Locate(params IReadOnlyList<object> path) => Document.Locate([.. Path, .. path]);
}
