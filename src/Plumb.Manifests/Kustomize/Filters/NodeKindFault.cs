using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>
/// A node is not what a step expects (<c>kyaml</c>'s <c>InvalidNodeKindError</c>). It stands as the cause in the exception that says so,
/// for those who word the fault by what was found.
/// </summary>
internal sealed class NodeKindFault : Exception
{
    private NodeKindFault(string message, YamlKind actual)
        : base(message) => Actual = actual;

    /// <summary>What was found.</summary>
    public YamlKind Actual { get; }

    /// <summary>Passes what is of the kind, and all that is null.</summary>
    /// <exception cref="KustomizeException">It is of another kind; the message shows the node.</exception>
    public static void ThrowUnless(YamlNode node, YamlKind kind)
    {
        if (node.IsNull || node.Kind == kind) return;
        var fault = new NodeKindFault(
            $"wrong node kind: expected {Name(kind)} but got {Name(node.Kind)}: node contents:\n{NodeText.Of(node)}", node.Kind);
        throw new KustomizeException(fault.Message, null, fault);
    }

    /// <summary>The fault at the root of an exception, if it is one of these.</summary>
    public static NodeKindFault? Of(KustomizeException exception) => exception.GetBaseException() as NodeKindFault;

    private static string Name(YamlKind kind) => kind switch
    {
        YamlKind.Map => "MappingNode",
        YamlKind.List => "SequenceNode",
        _ => "ScalarNode",
    };
}
