using Plumb.Kubernetes.Clusters;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>Kubeconfig files by kubectl's rules.</summary>
public sealed class KubeconfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-kubeconfig-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task EverythingKubectlKnowsOfAClusterAndAUser_IsRead()
    {
        Write("ca.pem", "AUTHORITY");
        var config = await ReadAsync("""
            apiVersion: v1
            kind: Config
            current-context: b
            clusters:
            - name: c
              cluster:
                server: https://c.example.com:6443/
                certificate-authority: ca.pem
                tls-server-name: inner.example.com
                proxy-url: socks5://proxy.example.com:1080
                extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: prod}}]
            users:
            - name: exec
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./bin/plugin
                  args: [token, --cluster, c]
                  env: [{name: REGION, value: north}]
                  installHint: Ask the platform team.
                  provideClusterInfo: true
                  interactiveMode: Never
            - name: files
              user: {client-certificate: tls.crt, client-key: /keys/tls.key, tokenFile: token, as: ada, as-groups: [admins]}
            - name: basic
              user: {username: ada, password: s3cret}
            contexts:
            - {name: a, context: {cluster: c, user: exec}}
            - {name: b, context: {cluster: c, user: files}}
            - {name: d, context: {cluster: c, user: basic, namespace: x}}
            """);

        config.CurrentContext.ShouldBe("b");
        config.Contexts.ShouldBe([new("a", "https://c.example.com:6443/"), new("b", "https://c.example.com:6443/"), new("d", "https://c.example.com:6443/")]);
        var a = config.Access("a");
        a.Address.ShouldBe("https://c.example.com:6443");
        a.Authority.ShouldBe("AUTHORITY");
        a.ServerName.ShouldBe("inner.example.com");
        a.Proxy.ShouldBe(new Uri("socks5://proxy.example.com:1080"));
        a.Exec!.Command.ShouldBe(Path.Combine(_folder, "./bin/plugin"));
        a.Exec.Arguments.ShouldBe(["token", "--cluster", "c"]);
        a.Exec.Environment.ShouldBe([new("REGION", "north")]);
        a.Exec.InstallHint.ShouldBe("Ask the platform team.");
        a.Exec.ClusterInfo.ShouldBe(
            """{"server":"https://c.example.com:6443/","tls-server-name":"inner.example.com","certificate-authority-data":"QVVUSE9SSVRZ","proxy-url":"socks5://proxy.example.com:1080","config":{"audience":"prod"}}""");
        var b = config.Access("b");
        b.ClientCertificateFiles.ShouldBe(new PemFiles(Path.Combine(_folder, "tls.crt"), "/keys/tls.key"));
        b.TokenFile.ShouldBe(Path.Combine(_folder, "token"));
        b.Impersonate!.User.ShouldBe("ada");
        b.Impersonate.Groups.ShouldBe(["admins"]);
        (config.Access("d") is { Username: "ada", Password: "s3cret" }).ShouldBeTrue();
    }

    [Fact]
    public async Task OfSeveralFiles_TheFirstToNameSomethingWins_AndMissingOnesArePassedOver()
    {
        var first = Write("first", "current-context: x\nclusters: [{name: c, cluster: {server: 'https://one.example.com'}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]");
        var second = Write("second", "current-context: z\nclusters: [{name: c, cluster: {server: 'https://two.example.com'}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: z, context: {cluster: c, user: u}}]");

        var config = await Kubeconfig.ReadAsync([first, Path.Combine(_folder, "missing"), second], Ct);

        config.CurrentContext.ShouldBe("x");
        config.Contexts.Select(c => c.Name).ShouldBe(["x", "z"]);
        config.Access("z").Address.ShouldBe("https://one.example.com");
        config.Access("x").Token.ShouldBe("t");
    }

    [Theory]
    [InlineData("contexts: [{name: x, context: {cluster: c}}]", "the context x names the cluster \"c\", which is not in it")]
    [InlineData("clusters: [{name: c, cluster: {server: 'https://c'}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]", "names the user \"u\", which is not in it")]
    [InlineData("clusters: [{name: c, cluster: {server: nowhere}}]\ncontexts: [{name: x, context: {cluster: c}}]", "has no usable server address: \"nowhere\"")]
    [InlineData("clusters: [{name: c, cluster: {server: 'https://c', certificate-authority-data: '%%'}}]\ncontexts: [{name: x, context: {cluster: c}}]", "certificate-authority-data that is not base64")]
    [InlineData("clusters: [{name: c, cluster: {server: 'https://c', certificate-authority: no.pem}}]\ncontexts: [{name: x, context: {cluster: c}}]", "certificate-authority that cannot be read")]
    [InlineData("clusters: [{name: c, cluster: {server: 'https://c', proxy-url: 'ftp://p'}}]\ncontexts: [{name: x, context: {cluster: c}}]", "a proxy address that is not")]
    [InlineData("clusters: [{name: c, cluster: {server: 'https://c'}}]\nusers: [{name: u, user: {exec: {command: p, apiVersion: client.authentication.k8s.io/v1alpha1}}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]", "v1alpha1; Plumb speaks")]
    [InlineData("clusters: [{name: c, cluster: {server: 'https://c'}}]\nusers: [{name: u, user: {exec: {command: p, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]", "must ask a person")]
    [InlineData("clusters: [{name: c, cluster: {server: 'https://c'}}]\nusers: [{name: u, user: {auth-provider: {name: gcp}}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]", "the authentication provider gcp")]
    [InlineData("clusters: []", "has no context x; it has")]
    public async Task WhatIsWrong_IsNamed(string text, string words)
    {
        var config = await ReadAsync(text);
        Should.Throw<TargetException>(() => config.Access("x")).Message.ShouldContain(words);
    }

    [Fact]
    public async Task AFileThatIsNoYaml_IsNamedWithItsLine() =>
        (await Should.ThrowAsync<TargetException>(ReadAsync("clusters:\n\t- x"))).Message.ShouldContain("config(2,");

    [Fact]
    public async Task AFileThatIsNotThere_IsNamed() =>
        (await Should.ThrowAsync<TargetException>(Kubeconfig.ReadAsync([Path.Combine(_folder, "no")], Ct))).Message.ShouldContain("there is no kubeconfig");

    private Task<Kubeconfig> ReadAsync(string text) => Kubeconfig.ReadAsync([Write("config", text)], Ct);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
