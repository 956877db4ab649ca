using System.Text;
using Plumb.Manifests.Applications;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Applications;

/// <summary><c>Cluster</c> of <c>plumb.dev/v1</c>.</summary>
public sealed class ClusterReaderTests
{
    [Fact]
    public void EveryField_IsRead()
    {
        var (cluster, faults) = Read("""
            spec:
              server: https://c.example.com
              project: shop
              namespaces: [a, b]
              clusterResources: true
              caData: LS0tLS1CRUdJTg==
              serverName: inner
              proxyUrl: http://proxy:3128
              credentials:
                exec: {command: aws, args: [eks, get-token], env: {AWS_PROFILE: prod}, installHint: hint}
            """);

        faults.ShouldBeEmpty();
        cluster!.Name.ShouldBe("prod");
        cluster.Labels.ShouldBe([new("env", "test")]);
        cluster.Server.ShouldBe("https://c.example.com");
        cluster.Project.ShouldBe("shop");
        cluster.Namespaces.ShouldBe(["a", "b"]);
        cluster.ClusterResources.ShouldBeTrue();
        cluster.CaData.ShouldBe("-----BEGIN");
        cluster.ServerName.ShouldBe("inner");
        cluster.ProxyUrl.ShouldBe("http://proxy:3128");
        cluster.Exec!.Arguments.ShouldBe(["eks", "get-token"]);
        cluster.Exec.ApiVersion.ShouldBe("client.authentication.k8s.io/v1");
        cluster.Digest.Length.ShouldBe(64);
    }

    [Fact]
    public void AKubeconfig_NeedsNoServer() =>
        Read("spec: {credentials: {kubeconfig: {context: prod}}}").Cluster!.Kubeconfig.ShouldBe(new KubeconfigReference("", "prod"));

    [Theory]
    [InlineData("spec: {server: 'https://c', credentials: {secret: {name: x}, kubeconfig: {context: y}}}", "exactly one of them; here are 2")]
    [InlineData("spec: {server: 'https://c', credentials: {}}", "exactly one of them; here are 0")]
    [InlineData("spec: {server: 'https://c'}", "spec.credentials is missing")]
    [InlineData("spec: {credentials: {secret: {name: x}}}", "spec.server is missing")]
    [InlineData("spec: {server: 'c.example.com', credentials: {secret: {name: x}}}", "spec.server must be an https address")]
    [InlineData("spec: {server: 'https://c', bearerToken: hunter2, credentials: {secret: {name: x}}}", "spec.bearerToken does not belong in Git")]
    [InlineData("spec: {server: 'https://c', credentials: {token: hunter2}}", "spec.credentials.token does not belong in Git")]
    [InlineData("spec: {server: 'https://c', proxyUrl: 'http://u:hunter2@p', credentials: {secret: {name: x}}}", "spec.proxyUrl holds credentials")]
    [InlineData("spec: {server: 'https://c', caData: '%', credentials: {secret: {name: x}}}", "spec.caData must be PEM")]
    [InlineData("spec: {server: 'https://c', credentials: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}}", "apiVersion must be")]
    [InlineData("kind_: x", "spec is missing")]
    public void WhatIsWrong_IsNamed_WithoutItsSecrets(string text, string words)
    {
        var (cluster, faults) = Read(text);

        cluster.ShouldBeNull();
        faults.ShouldContain(f => f.Severity == Severity.Error && f.Message.Contains(words, StringComparison.Ordinal));
        faults.ShouldAllBe(f => !f.Message.Contains("hunter2", StringComparison.Ordinal));
    }

    private static (ClusterSpec? Cluster, List<Diagnostic> Faults) Read(string text)
    {
        var faults = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(
            Encoding.UTF8.GetBytes("apiVersion: plumb.dev/v1\nkind: Cluster\nmetadata: {name: prod, labels: {env: test}}\n" + text), "c.yaml", faults);
        var manifest = ManifestReader.FromDocuments(documents, faults).Single();
        return (ClusterReader.Read(manifest, faults), faults);
    }
}
