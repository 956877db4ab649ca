namespace Plumb.Sandbox.Tests.Http;

public sealed class KubectlTests : IAsyncLifetime
{
    private SandboxServer _server = null!;
    private Kubectl _kubectl = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        _kubectl = new Kubectl(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _kubectl.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Get_Namespaces_PrintsTheTable()
    {
        var output = await _kubectl.RunAsync("get", "namespaces");
        output.ShouldStartWith("NAME");
        output.ShouldContain("kube-system");
        output.ShouldContain("Active");
    }

    [Fact]
    public async Task CreateGetDelete_ConfigMap()
    {
        await _kubectl.RunAsync("create", "configmap", "settings", "--from-literal=color=blue");
        (await _kubectl.RunAsync("get", "configmap", "settings", "-o", "jsonpath={.data.color}")).ShouldBe("blue");
        await _kubectl.RunAsync("delete", "configmap", "settings");
        var (code, _, error) = await _kubectl.TryAsync("get", "configmap", "settings");
        code.ShouldBe(1);
        error.ShouldContain("configmaps \"settings\" not found");
    }

    [Fact]
    public async Task Create_Deployment_ByTheTypedClientsOfKubectl()
    {
        await _kubectl.RunAsync("create", "deployment", "idle", "--image=nginx:1.27", "--replicas=0", "--port=80");
        (await _kubectl.RunAsync("get", "deployment", "idle", "-o",
            "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].ports[0].containerPort}"))
            .ShouldBe("0 nginx:1.27 80");
        await _kubectl.RunAsync("create", "secret", "generic", "key", "--from-literal=a=b");
        (await _kubectl.RunAsync("get", "secret", "key", "-o", "jsonpath={.data.a} {.type}")).ShouldBe("Yg== Opaque");
        await _kubectl.RunAsync("create", "job", "once", "--image=busybox", "--", "true");
        await _kubectl.RunAsync("expose", "deployment", "idle", "--port=80", "--target-port=http");
        (await _kubectl.RunAsync("get", "service", "idle", "-o", "jsonpath={.spec.ports[0].targetPort}")).ShouldBe("http");
        (await _kubectl.RunAsync("auth", "can-i", "create", "pods")).Trim().ShouldBe("yes");
        await _kubectl.RunAsync("run", "solo", "--image=nginx:1.27");
        await _kubectl.RunAsync("wait", "--for=condition=Ready", "pod/solo", "--timeout=60s");
        (await _kubectl.RunAsync("logs", "solo")).ShouldContain("solo: started nginx:1.27");
        (await _kubectl.RunAsync("logs", "solo", "--tail=1", "--timestamps")).ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z solo: ready\n$");
    }

    [Fact]
    public async Task Apply_ClientSide_ThenEditDiffScale()
    {
        var file = _kubectl.Write("web.yaml", Deployment);
        (await _kubectl.RunAsync("apply", "-f", file)).ShouldContain("deployment.apps/web created");
        (await _kubectl.RunAsync("apply", "-f", file)).ShouldContain("deployment.apps/web unchanged");
        await _kubectl.RunAsync("edit", "deployment", "web");
        (await _kubectl.RunAsync("get", "deployment", "web", "-o", "jsonpath={.metadata.labels.state}")).ShouldBe("after");
        var (code, diff, _) = await _kubectl.TryAsync("diff", "-f", file);
        code.ShouldBe(1);
        diff.ShouldContain("state: before");
        await _kubectl.RunAsync("scale", "deployment", "web", "--replicas=3");
        (await _kubectl.RunAsync("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}")).ShouldBe("3");
        (await _kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=90s")).ShouldContain("successfully rolled out");
        (await _kubectl.RunAsync("describe", "deployment", "web")).ShouldContain("app=web");
        await _kubectl.RunAsync("delete", "-f", file, "--timeout=60s");
        await _kubectl.RunAsync("wait", "--for=delete", "pod", "-l", "app=web", "--timeout=60s");
    }

    [Fact]
    public async Task Apply_ServerSide_ReportsConflictsOfOtherManagers()
    {
        var file = _kubectl.Write("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {a: before}\n");
        await _kubectl.RunAsync("apply", "--server-side", "-f", file);
        var other = _kubectl.Write("other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {a: other}\n");
        var (code, _, error) = await _kubectl.TryAsync("apply", "--server-side", "--field-manager=other", "-f", other);
        code.ShouldBe(1);
        error.ShouldContain("conflict with \"kubectl\"");
        error.ShouldContain(".data.a");
        await _kubectl.RunAsync("apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", other);
        (await _kubectl.RunAsync("get", "configmap", "map", "-o", "jsonpath={.data.a}")).ShouldBe("other");
    }

    [Fact]
    public async Task CustomKind_IsServedOnceDefined_AndGoesWithItsDefinition()
    {
        var file = _kubectl.Write("crd.yaml", Definition);
        await _kubectl.RunAsync("apply", "-f", file);
        await _kubectl.RunAsync("wait", "--for=condition=Established", "crd/widgets.example.com", "--timeout=30s");
        var widget = _kubectl.Write("widget.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 3}\n");
        await _kubectl.RunAsync("apply", "-f", widget);
        var table = await _kubectl.RunAsync("get", "widgets");
        table.ShouldContain("SIZE");
        (await _kubectl.RunAsync("get", "widget", "w", "-o", "jsonpath={.spec.color}")).ShouldBe("red");
        var wrong = _kubectl.Write("wrong.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\nspec: {size: big}\n");
        (await _kubectl.TryAsync("apply", "-f", wrong)).Error.ShouldContain("spec.size");
        await _kubectl.RunAsync("delete", "crd", "widgets.example.com", "--timeout=60s");
        (await _kubectl.TryAsync("get", "widgets.example.com")).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Delete_Namespace_RemovesItsContent()
    {
        await _kubectl.RunAsync("create", "namespace", "shop");
        await _kubectl.RunAsync("create", "configmap", "settings", "-n", "shop");
        await _kubectl.RunAsync("delete", "namespace", "shop", "--timeout=60s");
        _server.Objects.List("", "ConfigMap", "shop").ShouldBeEmpty();
        (await _kubectl.TryAsync("create", "configmap", "settings", "-n", "shop")).Error.ShouldContain("namespaces \"shop\" not found");
    }

    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          labels: {state: before}
        spec:
          replicas: 1
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: web
                image: nginx:1.27
                ports: [{containerPort: 80}]
        """;

    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
          versions:
          - name: v1
            served: true
            storage: true
            additionalPrinterColumns:
            - {name: Size, type: integer, jsonPath: .spec.size}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      size: {type: integer, minimum: 1}
                      color: {type: string, default: red}
        """;
}
