using System.CommandLine;

namespace Plumb.Commands.Kustomize;

/// <summary><c>plumb kustomize</c>: what Kustomize's command does, without it.</summary>
internal static class KustomizeCommand
{
    /// <param name="output">Where the objects go.</param>
    /// <param name="error">Where warnings and refusals go.</param>
    /// <param name="remotes">Fetches what a build needs of other repositories; null refuses it.</param>
    public static Command Create(TextWriter output, TextWriter error, RemoteFetch? remotes) =>
        new("kustomize", "Work with kustomizations, as Kustomize 5.7 does") { BuildCommand.Create(output, error, remotes) };
}
