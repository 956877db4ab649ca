using Plumb.Kubernetes.Compare;

namespace Plumb.Kubernetes.Tests.Compare;

public sealed class DisplayTests
{
    [Fact]
    public void ToYaml_LeavesOutWhatTheServerKeeps()
    {
        var live = KubeYaml.Object("""
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: c
              uid: u
              resourceVersion: "3"
              generation: 2
              creationTimestamp: "2026-01-01T00:00:00Z"
              managedFields: []
              annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}
            data: {a: b}
            status: {}
            """);

        Display.ToYaml(live, new SecretMask()).ShouldBe("apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: c\n");
    }

    [Fact]
    public void ToYaml_OfNothing_IsEmpty() => Display.ToYaml(null, new SecretMask()).ShouldBe("");

    [Fact]
    public void ToYaml_OfASecret_ShowsNoValue_NorItsCopies()
    {
        var secret = KubeYaml.Object("""
            apiVersion: v1
            kind: Secret
            metadata:
              name: s
              annotations:
                kubectl.kubernetes.io/last-applied-configuration: '{"data":{"a":"c2VjcmV0LXZhbHVl"}}'
                tool.example.com/copy: '{"a":"c2VjcmV0LXZhbHVl"}'
                tool.example.com/plain: 'it is secret-value'
                harmless: 'yes'
            data: {a: c2VjcmV0LXZhbHVl}
            stringData: {b: other-value}
            """);

        var text = Display.ToYaml(secret, new SecretMask());

        foreach (var leak in (string[])["c2VjcmV0LXZhbHVl", "secret-value", "other-value", "b3RoZXItdmFsdWU"]) text.ShouldNotContain(leak);
        text.ShouldContain("harmless: \"yes\"");
    }

    [Fact]
    public void Masks_OfEqualValuesAreEqual_OfDifferentOnesDifferent_WhateverTheirLength()
    {
        var mask = new SecretMask();
        var before = KubeYaml.Object("{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {same: YQ==, old: Yg==}}");
        var after = KubeYaml.Object("{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {same: a, old: muchlongervalue}}");

        var (left, right) = (Display.ToYaml(before, mask), Display.ToYaml(after, mask));

        left.ShouldNotBe(right);
        left.Split('\n').Intersect(right.Split('\n')).ShouldContain(l => l.Contains("same:"));
        mask.Mask("x").Length.ShouldBe(mask.Mask(new string('x', 1000)).Length);
    }
}
