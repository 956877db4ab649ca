using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Filters;

public sealed class ImageTagFilterTests
{
    private static readonly ImageChange Nginx = new("nginx");

    [Theory]
    [InlineData("nginx", "nginx", "", "")]
    [InlineData("nginx:1.2.3", "nginx", "1.2.3", "")]
    [InlineData("nginx@sha256:12345", "nginx", "", "sha256:12345")]
    [InlineData("nginx:1.2.3@sha256:12345", "nginx", "1.2.3", "sha256:12345")]
    [InlineData("docker.io/nginx:1.2.3", "docker.io/nginx", "1.2.3", "")]
    [InlineData("foo.com:443/nginx:1.2.3", "foo.com:443/nginx", "1.2.3", "")]
    [InlineData("foo.com:443/nginx", "foo.com:443/nginx", "", "")]
    [InlineData("foo.com:443/nginx:1.2.3@sha256:12345", "foo.com:443/nginx", "1.2.3", "sha256:12345")]
    [InlineData("foo.com:443/a/nginx@sha256:12345", "foo.com:443/a/nginx", "", "sha256:12345")]
    [InlineData("", "", "", "")]
    public void Image_IsCutAtTagAndDigest(string image, string name, string tag, string digest)
    {
        ImageName.Parse(image).ShouldBe(new ImageName(name, tag, digest));
        ImageName.Parse(image).ToString().ShouldBe(image);
    }

    [Theory]
    [InlineData("nginx", "nginx", true)]
    [InlineData("nginx:12345", "nginx", true)]
    [InlineData("nginx@sha256:xyz", "nginx", true)]
    [InlineData("nginx:12345@sha256:xyz", "nginx", true)]
    [InlineData("nginx:{TAG}", "nginx", true)]
    [InlineData("apache:12345", "nginx", false)]
    [InlineData("docker.io/nginx", "nginx", false)]
    [InlineData("nginx@md5:xyz", "nginx", false)]
    [InlineData("nginx:a/b", "nginx", false)]
    [InlineData("foo/nginx:1", ".*/nginx", true)]
    public void Name_MatchesTheWholeNameWithoutTag(string image, string name, bool expected) =>
        new ImageTagFilter(new ImageChange(name)).IsMatch(image).ShouldBe(expected);

    [Theory]
    [InlineData("nginx:1.7.9", "nginx:v2")]
    [InlineData("nginx", "nginx:v2")]
    [InlineData("nginx@sha256:111", "nginx:v2")]
    [InlineData("foobar:1", "foobar:1")]
    public void NewTag_TakesTheDigestAway(string before, string after) => Change(Nginx with { NewTag = "v2" }, before).ShouldBe(after);

    [Theory]
    [InlineData("nginx:1.7.9", "busybox:1.7.9")]
    [InlineData("nginx", "busybox")]
    [InlineData("nginx@sha256:111", "busybox@sha256:111")]
    [InlineData("nginx:1@sha256:111", "busybox:1@sha256:111")]
    public void NewName_KeepsTagAndDigest(string before, string after) => Change(Nginx with { NewName = "busybox" }, before).ShouldBe(after);

    [Theory]
    [InlineData("", "", "sha256:222", "nginx:1.7.9", "nginx@sha256:222")]
    [InlineData("busybox", "", "sha256:222", "nginx", "busybox@sha256:222")]
    [InlineData("busybox", "v3", "", "nginx@sha256:111", "busybox:v3")]
    [InlineData("busybox", "v3", "sha256:222", "nginx:1", "busybox:v3@sha256:222")]
    public void NewParts_ReplaceBoth(string name, string tag, string digest, string before, string after) =>
        Change(Nginx with { NewName = name, NewTag = tag, Digest = digest }, before).ShouldBe(after);

    [Theory]
    [InlineData("nginx:1", "nginx:1-x")]
    [InlineData("nginx", "nginx:-x")]
    [InlineData("nginx:1@sha256:111", "nginx:1-x")]
    public void TagSuffix_StandsBehindTheTag(string before, string after) => Change(Nginx with { TagSuffix = "-x" }, before).ShouldBe(after);

    [Fact]
    public void TagSuffix_IsAddedTwiceToContainersThatAreFieldsToo() =>
        Apply(Nginx with { TagSuffix = "-x" }, "{kind: Pod, spec: {containers: [{image: nginx:1}]}}", TransformerConfig.Default.Images)
            .ShouldBeYaml("{kind: Pod, spec: {containers: [{image: nginx:1-x-x}]}}");

    [Fact]
    public void Containers_AreFoundAtAnyDepth() =>
        Apply(
            Nginx with { NewTag = "2" },
            "{kind: X, spec: {containers: [{image: nginx:1}, {image: tomcat:1}, {}, null], deep: [{initContainers: [{image: nginx}]}], image: nginx}}",
            [])
            .ShouldBeYaml("{kind: X, spec: {containers: [{image: nginx:2}, {image: tomcat:1}, {}, null], deep: [{initContainers: [{image: nginx:2}]}], image: nginx}}");

    [Fact]
    public void VolumesOfImages_AreFields() =>
        Apply(Nginx with { NewTag = "2" }, "{kind: Pod, spec: {volumes: [{image: {reference: nginx:1}}]}}", TransformerConfig.Default.Images)
            .ShouldBeYaml("{kind: Pod, spec: {volumes: [{image: {reference: nginx:2}}]}}");

    [Fact]
    public void NullContainers_BecomeAnEmptyList() =>
        Apply(Nginx, "{kind: Pod, spec: {containers: }}", TransformerConfig.Default.Images).ShouldBeYaml("{kind: Pod, spec: {containers: []}}");

    [Fact]
    public void DefinitionsOfCustomResources_StayAsTheyAre()
    {
        const string Definition = "{kind: CustomResourceDefinition, spec: {containers: [{image: nginx}]}}";
        Apply(Nginx with { NewTag = "2" }, Definition, TransformerConfig.Default.Images).ShouldBeYaml(Definition);
    }

    [Fact]
    public void NewTag_KeepsItsQuotes() =>
        Apply(new ImageChange("1", "", "", "0"), "{a: [{image: \"1\"}]}", [new FieldSpec("", "a/image")]).ShouldBeYaml("{a: [{image: \"1:0\"}]}");

    [Theory]
    [InlineData("{kind: X, containers: [text]}", "wrong node kind: expected MappingNode but got ScalarNode: node contents:\ntext\n")]
    [InlineData("{kind: X, containers: [{image: {a: b}}]}", "wrong node kind: expected ScalarNode but got MappingNode: node contents:\na: b\n")]
    public void WhatIsNoContainer_IsRefused(string yaml, string message) =>
        Should.Throw<KustomizeException>(() => Apply(Nginx, yaml, [])).Message.ShouldBe(message);

    [Fact]
    public void NameThatIsNoExpression_IsRefused() =>
        Should.Throw<KustomizeException>(() => new ImageTagFilter(new ImageChange("ngin(x"))).Message.ShouldContain("missing closing )");

    private static string Change(ImageChange change, string image) =>
        NodeLookup.Find(Apply(change, $"{{spec: {{image: '{image}'}}}}", [new FieldSpec("", "spec/image")]), ["spec", "image"])!.Value;

    private static Plumb.Manifests.Kustomize.Nodes.YamlNode Apply(ImageChange change, string yaml, IReadOnlyList<FieldSpec> fields)
    {
        var node = Trees.Read(yaml);
        new ImageTagFilter(change).Apply(node, fields);
        return node;
    }
}
