using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize;

/// <summary>One object of a build.</summary>
/// <param name="Value">The object.</param>
/// <param name="Origin">Where it was read, or what generated it.</param>
public sealed record BuiltObject(MapNode Value, Origin Origin);

/// <summary>What a build gave.</summary>
/// <param name="Objects">The objects, in order.</param>
/// <param name="Warnings">What people should know.</param>
public sealed record KustomizeOutput(IReadOnlyList<BuiltObject> Objects, IReadOnlyList<Diagnostic> Warnings)
{
    /// <summary>The objects as <c>kubectl kustomize</c> prints them.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder();
        foreach (var built in Objects)
        {
            if (text.Length > 0) text.Append("---\n");
            text.Append(YamlWriter.Write(built.Value));
        }

        return text.ToString();
    }
}
