using Plumb.Kubernetes.Clusters;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>Argo CD's cluster Secrets, field by field.</summary>
public sealed class ClusterSecretTests
{
    private const string Pem = "LS0tLS1CRUdJTg=="; // -----BEGIN

    [Fact]
    public void EveryField_IsRead()
    {
        var cluster = Read("""
            {"name":"prod","server":"https://C.example.com:443/","namespaces":"a, b,","clusterResources":"true","project":"shop","shard":"3",
             "config":"{}"}
            """);

        cluster.Name.ShouldBe("prod");
        cluster.Server.ShouldBe("https://c.example.com");
        cluster.Namespaces.ShouldBe(["a", "b"]);
        cluster.ClusterResources.ShouldBeTrue();
        cluster.Project.ShouldBe("shop");
        cluster.Labels.ShouldBe([new("env", "test")]);
        cluster.Origin.ShouldBe("Secret argocd/one");
        cluster.Fault.ShouldBeNull();
    }

    [Fact]
    public void WithoutAName_ItsAddressIsItsName() => Read("""{"server":"https://c.example.com"}""").Name.ShouldBe("https://c.example.com");

    [Theory]
    [InlineData("""{"username":"ada","password":"p"}""", "ada p")]
    [InlineData("""{"bearerToken":"t","tlsClientConfig":{"insecure":true,"serverName":"inner"}}""", "t insecure inner")]
    [InlineData($$$"""{"tlsClientConfig":{"caData":"{{{Pem}}}","certData":"{{{Pem}}}","keyData":"{{{Pem}}}"}}""", "-----BEGIN -----BEGIN -----BEGIN")]
    [InlineData("""{"proxyUrl":"http://proxy:3128"}""", "http://proxy:3128/")]
    [InlineData(
        """{"execProviderConfig":{"apiVersion":"client.authentication.k8s.io/v1beta1","command":"aws","args":["eks","get-token"],"env":{"AWS_PROFILE":"prod"},"installHint":"hint"}}""",
        "aws eks get-token AWS_PROFILE=prod client.authentication.k8s.io/v1beta1 hint")]
    [InlineData("", "")]
    public void AConfig_BecomesAnAccess(string config, string expected)
    {
        var access = ClusterSecret.Access("https://c.example.com", config);

        string?[] parts =
        [
            access.Username, access.Password, access.Token, access.Insecure ? "insecure" : "", access.ServerName, access.Authority,
            access.ClientCertificate?.Certificate, access.ClientCertificate?.Key, access.Proxy?.ToString(), access.Exec?.Command,
            .. access.Exec?.Arguments ?? [], .. access.Exec?.Environment.Select(e => $"{e.Key}={e.Value}") ?? [], access.Exec?.ApiVersion,
            access.Exec?.InstallHint,
        ];
        string.Join(' ', parts.Where(p => p?.Length > 0)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("https://c", "{", "its config is not JSON")]
    [InlineData("nowhere", "{}", "its server \"nowhere\" is not an http or https address")]
    [InlineData("https://c", """{"awsAuthConfig":{"clusterName":"c"}}""", "awsAuthConfig, which needs Argo CD's own program; use execProviderConfig")]
    [InlineData("https://c", """{"execProviderConfig":{"command":"p","apiVersion":"client.authentication.k8s.io/v1alpha1"}}""", "Plumb speaks")]
    [InlineData("https://c", """{"execProviderConfig":{"command":"p"}}""", "no apiVersion")]
    [InlineData("https://c", """{"execProviderConfig":{"apiVersion":"client.authentication.k8s.io/v1"}}""", "no command")]
    [InlineData("https://c", """{"tlsClientConfig":{"certData":"LS0t"}}""", "only one of certData and keyData")]
    [InlineData("https://c", """{"tlsClientConfig":{"caData":"%"}}""", "tlsClientConfig.caData is not base64")]
    [InlineData("https://c", """{"proxyUrl":"gopher://user:hunter2@p"}""", "its config has a proxy address that is not")]
    public void WhatCannotBeUsed_IsSaid_WithoutItsSecrets(string server, string config, string words)
    {
        var fault = Should.Throw<TargetException>(() => ClusterSecret.Access(server, config));
        fault.Message.ShouldContain(words);
        fault.Message.ShouldNotContain("hunter2");
    }

    [Fact]
    public void OneForTheClusterBeside_NamesLabelsAndLimitsIt()
    {
        var pod = new ClusterDefinition
        {
            Source = ClusterSource.Pod,
            Key = "pod",
            Origin = "this Pod",
            Name = "in-cluster",
            Server = "https://kubernetes.default.svc",
            IsInCluster = true,
            Access = new ClusterAccess { Server = new Uri("https://10.0.0.1") },
        };
        var merge = ClusterMerge.Of([Read("""{"name":"home","server":"https://kubernetes.default.svc","namespaces":"shop"}"""), pod]);

        var home = merge.Clusters.ShouldHaveSingleItem().Cluster;
        home.Name.ShouldBe("in-cluster");
        home.Alias.ShouldBe("home");
        home.Namespaces.ShouldBe(["shop"]);
        home.Access.ShouldBe(pod.Access);
        merge.LeftOut.ShouldBeEmpty();
    }

    private static ClusterDefinition Read(string stringData) => ClusterSecret.Read(new KubeObject(Json.Parse(
        $$$"""
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"one","namespace":"argocd",
         "labels":{"argocd.argoproj.io/secret-type":"cluster","env":"test"} },"stringData":{{{stringData}}} }
        """).AsMap()!));
}
