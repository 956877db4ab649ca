using Plumb.Manifests.Kustomize.Configs;

namespace Plumb.Manifests.Tests.Kustomize.Configs;

public sealed class FieldPathTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("s", "s")]
    [InlineData("a/b/c", "a|b|c")]
    [InlineData("/a/b/c", "a|b|c")]
    [InlineData("a//b/", "a||b|")]
    [InlineData("a/b[]/c", "a|b[]|c")]
    [InlineData(@"a/b\/c/d\/e/f", "a|b/c|d/e|f")]
    [InlineData(@"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret", "metadata|annotations|nginx.ingress.kubernetes.io/auth-secret")]
    public void Slashes_CutUnlessEscaped(string path, string expected) =>
        string.Join('|', FieldPath.Split(path, '/')).ShouldBe(expected);

    [Theory]
    [InlineData("spec.replicas", "spec|replicas")]
    [InlineData("spec.data.[name=first].key", "spec|data|[name=first]|key")]
    [InlineData("spec.data.[.name=.first].key", "spec|data|[.name=.first]|key")]
    [InlineData("spec.data.[name.=first.].key", "spec|data|[name.=first.]|key")]
    [InlineData("spec.data.[name=f.i.r.s.t.].key", "spec|data|[name=f.i.r.s.t.]|key")]
    [InlineData("metadata.annotations.[a.b.c]", "metadata|annotations|a.b.c")]
    [InlineData("metadata.annotations.[a.b.c/d]", "metadata|annotations|a.b.c/d")]
    [InlineData("metadata.annotations.[a]", "metadata|annotations|[a]")]
    [InlineData(@"metadata.annotations.a\.b\.c", "metadata|annotations|a.b.c")]
    [InlineData("a.[b.c", "a|b.c")]
    [InlineData("spec.rules.0.http.paths.-", "spec|rules|0|http|paths|-")]
    public void Brackets_HoldTogether(string path, string expected) =>
        string.Join('|', FieldPath.SplitKeepingBrackets(path, '.')).ShouldBe(expected);
}
