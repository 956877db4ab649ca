using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>Refuses a value of another kind, in kyaml's words.</summary>
internal static class NodeKinds
{
    /// <exception cref="KustomizeException">The value is neither null nor of the kind.</exception>
    public static void Expect(YamlNode? node, YamlKind kind)
    {
        if (node is null || node.IsNull || node.Kind == kind) return;
        throw new KustomizeException(
            $"wrong node kind: expected {Name(kind)} but got {Name(node.Kind)}: node contents:\n{NodeText.Of(node)}");
    }

    private static string Name(YamlKind kind) => kind switch
    {
        YamlKind.Scalar => "ScalarNode",
        YamlKind.Map => "MappingNode",
        _ => "SequenceNode",
    };
}
