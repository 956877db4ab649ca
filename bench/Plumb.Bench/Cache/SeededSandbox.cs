using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox;
using Plumb.Sandbox.Storage;

namespace Plumb.Bench.Cache;

/// <summary>
/// A sandbox in a process of its own, full of what a busy cluster holds: half ConfigMaps, a fifth Secrets, the rest ReplicaSets with two
/// Pods each.
/// </summary>
internal static class SeededSandbox
{
    public const string Name = "seeded-sandbox";

    private const string Padding = "a line of settings that somebody once found useful and nobody has dared to delete since; ";

    public static Task<int> RunAsync(Arguments arguments, CancellationToken ct) => SandboxProcess.ServeAsync(
        new SandboxOptions { RunControllers = false }, server => Seed(server.Objects, arguments.Number("objects", 100_000)), ct);

    private static void Seed(ISandboxApi objects, int count)
    {
        var namespaces = Math.Max(1, count / 500);
        for (var i = 0; i < namespaces; i++) Create(objects, $$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"team-{{i}}"} }""");
        for (var i = 0; i < count; i++)
        {
            var ns = $"team-{i % namespaces}";
            switch (i % 10)
            {
                case < 5: ConfigMap(objects, ns, i); break;
                case < 7: Secret(objects, ns, i); break;
                case 7: ReplicaSetWithPods(objects, ns, i); break;
                default: break; // the Pods of the ReplicaSet before
            }
        }
    }

    private static void ConfigMap(ISandboxApi objects, string ns, int i) => Create(
        objects,
        $$$"""
        {"apiVersion":"v1","kind":"ConfigMap",
         "metadata":{"name":"settings-of-something-{{{i}}}","namespace":"{{{ns}}}","labels":{"app.kubernetes.io/name":"thing-{{{i}}}"} },
         "data":{"settings.properties":"{{{string.Concat(Enumerable.Repeat(Padding, 10))}}}"} }
        """);

    private static void Secret(ISandboxApi objects, string ns, int i) => Create(
        objects,
        $$$"""
        {"apiVersion":"v1","kind":"Secret","type":"Opaque",
         "metadata":{"name":"sh.helm.release.v1.thing-{{{i}}}.v1","namespace":"{{{ns}}}","labels":{"owner":"helm","name":"thing-{{{i}}}"} },
         "data":{"release":"{{{new string('A', 4000)}}}"} }
        """);

    private static void ReplicaSetWithPods(ISandboxApi objects, string ns, int i)
    {
        const string Pod =
            """
            "labels":{"app":"web","pod-template-hash":"5d4f8c7b9"} },
            "spec":{"containers":[{"name":"web","image":"registry.example.com/web:1.2.3","ports":[{"containerPort":8080}],
             "env":[{"name":"A","value":"1"},{"name":"B","value":"2"},{"name":"C","value":"3"}],
             "resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"256Mi"} } }]
            """;
        var set = Create(
            objects,
            $$$"""
            {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web-{{{i}}}-5d4f8c7b9","namespace":"{{{ns}}}"},
             "spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"} },"template":{"metadata":{ {{{Pod}}} } } } }
            """);
        for (var pod = 0; pod < 2; pod++)
        {
            Create(
                objects,
                $$$"""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-{{{i}}}-5d4f8c7b9-x2{{{pod}}}kq","namespace":"{{{ns}}}",
                 "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{{{set.Name}}}","uid":"{{{set.Uid}}}","controller":true}],
                 {{{Pod}}} } }
                """);
        }
    }

    private static KubeObject Create(ISandboxApi objects, string json) => objects.Create(new KubeObject(Json.Parse(json).AsMap()!), "seed");
}
