using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Generators;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>One of <c>configMapGenerator</c> or <c>secretGenerator</c>.</summary>
internal sealed class DataGenerator(GeneratorEntry entry, bool isSecret, BuildRoot root, BuildContext context) : IGenerator
{
    /// <inheritdoc/>
    public IReadOnlyList<Resource> Generate()
    {
        var generator = new ObjectGenerator(root.Load);
        var args = new GeneratorArgs(
            entry.Name, new KeyValueSources { Literals = entry.Literals, Files = entry.Files, Envs = entry.Envs })
        {
            Namespace = entry.Namespace,
            Options = entry.Options,
        };
        try
        {
            var node = isSecret ? generator.MakeSecret(args, entry.Type) : generator.MakeConfigMap(args);
            return
            [
                new Resource(node, context)
                {
                    ReadAt = entry.At,
                    IsGenerated = true,
                    NeedsHash = entry.Options is not { DisableNameSuffixHash: true },
                    Behavior = Resource.ToBehavior(entry.Behavior),
                },
            ];
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException(fault.Message, fault.At ?? entry.At, fault);
        }
    }
}
