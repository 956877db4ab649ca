using Plumb.Manifests.Documents;
using Plumb.Sandbox.Tests.Http;

namespace Plumb.Sandbox.Tests.Admission;

/// <summary>ResourceQuotas and LimitRanges refuse in the API server's words.</summary>
public sealed class QuotaTests : WireSandbox
{
    private const string Core = "/api/v1/namespaces/default/";

    public static TheoryData<string, string, string> Refusals => new()
    {
        // hard limits of the quota, what is created in addition to one like it, the refusal
        { """{"configmaps":"2"}""", "configmap", "configmaps \"b\" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=2, limited: configmaps=2" },
        { """{"count/configmaps":"2"}""", "configmap", "configmaps \"b\" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=2, limited: count/configmaps=2" },
        { """{"pods":"1"}""", "pod", "pods \"b\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1" },
        { """{"requests.cpu":"300m","limits.memory":"1Gi"}""", "pod", "pods \"b\" is forbidden: exceeded quota: q, requested: requests.cpu=200m, used: requests.cpu=200m, limited: requests.cpu=300m" },
        { """{"limits.cpu":"9"}""", "pod", "pods \"a\" is forbidden: failed quota: q: must specify limits.cpu for: main" },
        { """{"services.nodeports":"1"}""", "service", "services \"b\" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1" },
        { """{"requests.storage":"3Gi"}""", "claim", "persistentvolumeclaims \"b\" is forbidden: exceeded quota: q, requested: requests.storage=2Gi, used: requests.storage=2Gi, limited: requests.storage=3Gi" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Quota_RefusesWhatWouldExceedIt(string hard, string kind, string refusal)
    {
        await CreateAsync("resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":HARD}}""".Replace("HARD", hard), 201);
        var (plural, body) = Body(kind);
        if (refusal.Contains("\"b\"", StringComparison.Ordinal)) await CreateAsync(plural, body.Replace("NAME", "a"), 201);
        var name = refusal.Contains("\"b\"", StringComparison.Ordinal) ? "b" : "a";
        var status = await CreateAsync(plural, body.Replace("NAME", name), 403);
        status["message"].AsString().ShouldBe(refusal);
        status["reason"].AsString().ShouldBe("Forbidden");
        await CreateAsync(plural + "?dryRun=All", body.Replace("NAME", name), 403);
    }

    [Fact]
    public async Task Quota_IsNotExceededByParallelCreates()
    {
        await CreateAsync("resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"configmaps":"6"}}}""", 201);
        var created = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            using var content = new StringContent($$$"""{"metadata":{"name":"m{{{i}}}"}}""", System.Text.Encoding.UTF8, "application/json");
            using var response = await Http.PostAsync(ConfigMaps, content, Ct);
            return (int)response.StatusCode == 201;
        }));
        created.Count(c => c).ShouldBe(5); // the namespace's CA is the sixth
    }

    [Fact]
    public async Task Quota_OfBestEffort_CountsOnlySuchPods()
    {
        await CreateAsync("resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"pods":"0"},"scopes":["BestEffort"]}}""", 201);
        await CreateAsync("pods", Pod("requests").Replace("NAME", "burstable"), 201);
        await CreateAsync("pods", """{"metadata":{"name":"besteffort"},"spec":{"containers":[{"name":"main","image":"nginx"}]}}""", 403);
    }

    [Fact]
    public async Task LimitRange_GivesDefaults_AndNotesThem()
    {
        await CreateAsync("limitranges", """
            {"metadata":{"name":"r"},"spec":{"limits":[{"type":"Container","max":{"cpu":"2"},"defaultRequest":{"memory":"64Mi"}}]}}
            """, 201);
        var pod = await CreateAsync("pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"nginx"}]}}""", 201);
        var resources = pod["spec"]["containers"][0]["resources"];
        resources["limits"]["cpu"].AsString().ShouldBe("2");
        resources["requests"]["cpu"].AsString().ShouldBe("2");
        resources["requests"]["memory"].AsString().ShouldBe("64Mi");
        pod["metadata"]["annotations"]["kubernetes.io/limit-ranger"].AsString().ShouldBe(
            "LimitRanger plugin set: cpu, memory request for container main; cpu limit for container main");
    }

    public static TheoryData<string, string, string> Ranges => new()
    {
        { """{"type":"Container","max":{"cpu":"1"}}""", """{"limits":{"cpu":"2"}}""", "maximum cpu usage per Container is 1, but limit is 2" },
        { """{"type":"Container","min":{"cpu":"1"}}""", """{"requests":{"cpu":"500m"}}""", "minimum cpu usage per Container is 1, but request is 500m" },
        { """{"type":"Pod","min":{"memory":"1Gi"}}""", "{}", "minimum memory usage per Pod is 1Gi.  No request is specified" },
        { """{"type":"Pod","max":{"memory":"1Gi"}}""", """{"limits":{"memory":"2Gi"}}""", "maximum memory usage per Pod is 1Gi, but limit is 2Gi" },
        {
            """{"type":"Container","maxLimitRequestRatio":{"cpu":"2"}}""", """{"requests":{"cpu":"1"},"limits":{"cpu":"4"}}""",
            "cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000"
        },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task LimitRange_RefusesWhatIsOutside(string limit, string resources, string why)
    {
        await CreateAsync("limitranges", """{"metadata":{"name":"r"},"spec":{"limits":[LIMIT]}}""".Replace("LIMIT", limit), 201);
        var status = await CreateAsync("pods",
            """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"nginx","resources":RESOURCES}]}}"""
                .Replace("RESOURCES", resources), 403);
        status["message"].AsString().ShouldBe($"pods \"p\" is forbidden: {why}");
    }

    private Task<Node> CreateAsync(string plural, string json, int expected) => SendAsync(HttpMethod.Post, Core + plural, Json.Parse(json), expected);

    private static (string Plural, string Body) Body(string kind) => kind switch
    {
        "configmap" => ("configmaps", """{"metadata":{"name":"NAME"}}"""),
        "service" => ("services", """{"metadata":{"name":"NAME"},"spec":{"type":"NodePort","ports":[{"port":80}]}}"""),
        "claim" => ("persistentvolumeclaims",
            """{"metadata":{"name":"NAME"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"2Gi"}}}}"""),
        _ => ("pods", Pod("all")),
    };

    private static string Pod(string what) => what == "requests"
        ? """{"metadata":{"name":"NAME"},"spec":{"containers":[{"name":"main","image":"nginx","resources":{"requests":{"cpu":"200m"}}}]}}"""
        : """
          {"metadata":{"name":"NAME"},"spec":{"containers":[{"name":"main","image":"nginx",
           "resources":{"requests":{"cpu":"200m"},"limits":{"memory":"64Mi"}}}]}}
          """;
}
