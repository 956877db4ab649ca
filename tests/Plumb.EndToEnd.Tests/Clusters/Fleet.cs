using System.Text;
using System.Text.Json;
using Plumb.EndToEnd.Tests.Support;
using Plumb.Sandbox;

namespace Plumb.EndToEnd.Tests.Clusters;

/// <summary>More sandboxes beside that of a scene, and the ways to tell Plumb of them.</summary>
internal static class Fleet
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<SandboxServer> SandboxAsync() => SandboxServer.StartAsync(new SandboxOptions(), Ct);

    /// <summary>Writes the scene's kubeconfig anew: its own sandbox is the current context, the others are named.</summary>
    public static async Task WriteKubeconfigAsync(Scene scene, params (string Context, SandboxServer Sandbox, string? Token)[] others)
    {
        var text = new StringBuilder("apiVersion: v1\nkind: Config\ncurrent-context: home\nclusters:\n");
        var all = others.Prepend(("home", scene.Sandbox!, null)).ToList();
        foreach (var (name, sandbox, _) in all)
        {
            text.Append($"- name: {name}\n  cluster:\n    server: {sandbox.Url}\n    certificate-authority-data: {Base64(sandbox.CertificateAuthority)}\n");
        }

        text.Append("users:\n");
        foreach (var (name, sandbox, token) in all) text.Append($"- name: {name}\n  user: {{token: {token ?? sandbox.Token}}}\n");
        text.Append("contexts:\n");
        foreach (var (name, _, _) in all) text.Append($"- name: {name}\n  context: {{cluster: {name}, user: {name}}}\n");

        // As editors and rotations do it: the new file takes the place of the old one at once.
        var next = scene.Kubeconfig + ".next";
        await File.WriteAllTextAsync(next, text.ToString(), Ct);
        File.Move(next, scene.Kubeconfig, overwrite: true);
    }

    /// <summary>Argo CD's cluster Secret, applied by kubectl to the scene's own sandbox.</summary>
    public static async Task ApplySecretAsync(Scene scene, string secret, string name, SandboxServer sandbox, string? token = null, string more = "")
    {
        var config = JsonSerializer.Serialize(new
        {
            bearerToken = token ?? sandbox.Token,
            tlsClientConfig = new { insecure = false, caData = Base64(sandbox.CertificateAuthority) },
        });
        await ApplyAsync(scene, $$"""
            apiVersion: v1
            kind: Secret
            metadata:
              name: {{secret}}
              namespace: argocd
              labels: {argocd.argoproj.io/secret-type: cluster, env: test}
            type: Opaque
            stringData:
              name: {{name}}
              server: {{sandbox.Url}}
              config: '{{config}}'
            {{more}}
            """);
    }

    public static async Task ApplyAsync(Scene scene, string manifest)
    {
        var file = Path.Combine(scene.Folder, "applied.yaml");
        await File.WriteAllTextAsync(file, manifest, Ct);
        await scene.KubectlAsync("apply", "--filename", file);
    }

    /// <summary>Asks another sandbox with kubectl.</summary>
    public static async Task<string> KubectlAsync(Scene scene, SandboxServer sandbox, params string[] arguments)
    {
        var kubeconfig = Path.Combine(scene.Folder, $"kubeconfig-{sandbox.Url.Port}");
        await File.WriteAllTextAsync(kubeconfig, sandbox.Kubeconfig, Ct);
        return (await Shell.RunAsync("kubectl", ["--kubeconfig", kubeconfig, .. arguments], scene.Folder, Ct)).MustSucceed();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
