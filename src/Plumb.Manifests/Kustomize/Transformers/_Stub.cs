using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;
namespace Plumb.Manifests.Kustomize.Transformers
{
internal class Stub : ITransformer, IGenerator { public Stub(params object?[] a) {} public void Transform(ResourceList r) => throw new KustomizeException("stub"); public IReadOnlyList<Resource> Generate() => throw new KustomizeException("stub"); }
internal sealed class ReplacementTransformer(IReadOnlyList<ReplacementEntry> n, BuildRoot f) : Stub(n, f);
internal sealed class LabelSelector { public static LabelSelector Parse(string s) => s.Length == 0 ? new() : throw new KustomizeException("stub"); public bool Matches(SortedDictionary<string,string> m) => true; }
}
