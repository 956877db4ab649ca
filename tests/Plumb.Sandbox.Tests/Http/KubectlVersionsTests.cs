namespace Plumb.Sandbox.Tests.Http;

/// <summary>The everyday commands, with every kubectl that this machine has.</summary>
public sealed class KubectlVersionsTests
{
    private static readonly string[] Commands =
    [
        "create namespace shop",
        "apply -n shop -f {web}",
        "apply -n shop --server-side --force-conflicts -f {web}",
        "rollout status -n shop deployment/web --timeout=60s",
        "wait -n shop --for=condition=Available deployment/web --timeout=60s",
        "wait -n shop --for=jsonpath={.status.readyReplicas}=2 deployment/web --timeout=60s",
        "get all -A -o wide",
        "get -n shop deployment web -o yaml",
        "describe -n shop deployment,pod,service",
        "set image -n shop deployment/web web=nginx:1.28",
        "rollout history -n shop deployment/web",
        "rollout undo -n shop deployment/web",
        "scale -n shop deployment web --replicas=1",
        "label -n shop deployment web tier=front",
        "annotate -n shop deployment web note=x",
        "patch -n shop deployment web --type=json -p [{\"op\":\"remove\",\"path\":\"/metadata/labels/tier\"}]",
        "edit -n shop deployment web",
        "logs -n shop deployment/web",
        "create -n shop configmap settings --from-literal=color=blue",
        "create -n shop secret generic key --from-literal=a=b --dry-run=server",
        "create -n shop job once --image=busybox",
        "explain deployment.spec.replicas",
        "api-resources",
        "auth can-i create pods",
        "delete -n shop deployment web --cascade=foreground --timeout=60s",
        "delete namespace shop --timeout=60s",
    ];

    public static TheoryData<string> Programs => [.. Kubectl.Programs()];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task EverydayCommands_Succeed(string program)
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl(server, program);
        var web = kubectl.Write("web.yaml", Web);
        foreach (var command in Commands) await kubectl.RunAsync(command.Replace("{web}", web).Split(' '));
        (await kubectl.TryAsync("diff", "-f", web)).Code.ShouldBe(1);
        (await kubectl.TryAsync("get", "namespace", "shop")).Error.ShouldBe("Error from server (NotFound): namespaces \"shop\" not found\n");
    }

    private const string Web = """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web, labels: {state: before}}
          spec:
            replicas: 2
            selector: {matchLabels: {app: web}}
            template:
              metadata: {labels: {app: web}}
              spec: {containers: [{name: web, image: "nginx:1.27"}]}
        - apiVersion: v1
          kind: Service
          metadata: {name: web}
          spec: {selector: {app: web}, ports: [{port: 80}]}
        """;
}
