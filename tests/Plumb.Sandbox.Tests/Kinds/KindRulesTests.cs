using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Tests.Kinds;

public sealed class KindRulesTests
{
    private readonly MemoryApi _api = new(TimeProvider.System);

    [Theory]
    [InlineData("nginx", "Always")]
    [InlineData("nginx:latest", "Always")]
    [InlineData("nginx:1.27", "IfNotPresent")]
    [InlineData("registry:5000/nginx", "Always")]
    [InlineData("nginx@sha256:0123", "IfNotPresent")]
    public void Container_WithoutPullPolicy_GetsItByTag(string image, string policy)
    {
        var deployment = Created(Deployment(image));
        deployment["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"].AsString().ShouldBe(policy);
    }

    [Fact]
    public void Deployment_WhenCreated_GetsDefaultsAndLosesStatus()
    {
        var deployment = Created(Deployment("nginx:1", "'status':{'replicas':9},"));
        deployment["status"].AsMap()!.Count.ShouldBe(0);
        deployment["metadata"]["generation"].AsInt().ShouldBe(1);
        deployment["spec"]["strategy"].ToString().ShouldBe("""{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}}""");
        deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"].AsInt().ShouldBe(30);
    }

    [Fact]
    public void Update_WhenSpecChanges_RaisesGenerationAndKeepsStatus()
    {
        var old = new KubeObject(Created(Deployment("nginx:1")));
        old.Root["status"] = new MapNode { { "replicas", 1 } };
        var same = Updated(old, _ => { });
        same["metadata"]["generation"].AsInt().ShouldBe(1);
        var changed = Updated(old, root =>
        {
            root["spec"].AsMap()!["replicas"] = 5;
            root["status"] = new MapNode();
        });
        changed["metadata"]["generation"].AsInt().ShouldBe(2);
        changed["status"]["replicas"].AsInt().ShouldBe(1);
    }

    [Fact]
    public void StatusUpdate_WhenSpecDiffers_ChangesOnlyStatus()
    {
        var old = new KubeObject(Created(Deployment("nginx:1")));
        var updated = new KubeObject(old.Root.DeepClone());
        updated.Root["spec"].AsMap()!["replicas"] = 5;
        updated.Root["status"] = new MapNode { { "replicas", 1 } };
        KindRules.PrepareUpdate(old, updated, "status", _api).ShouldBeEmpty();
        updated.Root["spec"]["replicas"].AsInt().ShouldBe(1);
        updated.Root["status"]["replicas"].AsInt().ShouldBe(1);
        updated.Root["metadata"]["generation"].AsInt().ShouldBe(1);
    }

    [Fact]
    public void Selector_WhenChanged_IsRefusedInTheServersWords()
    {
        var old = new KubeObject(Created(Deployment("nginx:1")));
        var updated = new KubeObject(old.Root.DeepClone());
        updated.Root["spec"]["selector"]["matchLabels"].AsMap()!["app"] = "other";
        updated.Root["spec"]["template"]["metadata"]["labels"].AsMap()!["app"] = "other";
        var fault = KindRules.PrepareUpdate(old, updated, "", _api).ShouldHaveSingleItem();
        fault.Field.ShouldBe("spec.selector");
        fault.Message.ShouldBe(
            "Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"other\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable");
    }

    [Theory]
    [InlineData("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'Bad_Name'}}", "metadata.name",
        "Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData("{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'a','labels':{'my-label':'has-inva/id-character!'}}}", "metadata.labels",
        "Invalid value: \"has-inva/id-character!\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    [InlineData("{'apiVersion':'v1','kind':'Service','metadata':{'name':'s','namespace':'d'},'spec':{}}", "spec.ports", "Required value")]
    [InlineData("{'apiVersion':'v1','kind':'Service','metadata':{'name':'s','namespace':'d'},'spec':{'ports':[{'port':70000,'targetPort':80}]}}", "spec.ports[0].port",
        "Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'d'},'spec':{'containers':[{'name':'c'}]}}", "spec.containers[0].image", "Required value")]
    [InlineData("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'d'},'spec':{'containers':[]}}", "spec.containers", "Required value")]
    [InlineData("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'d'},'spec':{'containers':[{'name':'c','image':'a'},{'name':'c','image':'a'}]}}",
        "spec.containers[1].name", "Duplicate value: \"c\"")]
    [InlineData("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'d'},'spec':{'containers':[{'name':'c','image':'a','volumeMounts':[{'name':'x','mountPath':'/x'}]}]}}",
        "spec.containers[0].volumeMounts[0].name", "Not found: \"x\"")]
    [InlineData("{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'j','namespace':'d'},'spec':{'template':{'spec':{'containers':[{'name':'c','image':'a'}]}}}}",
        "spec.template.spec.restartPolicy", "Required value: valid values: \"OnFailure\", \"Never\"")]
    public void Create_WhenInvalid_SaysWhyAsTheServerDoes(string json, string field, string message)
    {
        var fault = KindRules.PrepareCreate(Parse(json), _api).ShouldHaveSingleItem();
        fault.Field.ShouldBe(field);
        fault.Message.ShouldBe(message);
    }

    [Fact]
    public void Service_WhenCreated_GetsAddressesAndPorts_AndKeepsThemOnUpdate()
    {
        var first = _api.Create(Parse(Service("a", "'type':'NodePort',")), "test");
        var second = _api.Create(Parse(Service("b", "'type':'NodePort',")), "test");
        first.Root["spec"]["clusterIP"].ShouldNotBe(second.Root["spec"]["clusterIP"]);
        first.Root["spec"]["ports"][0]["nodePort"].ShouldNotBe(second.Root["spec"]["ports"][0]["nodePort"]);
        first.Root["spec"]["ports"][0]["targetPort"].AsInt().ShouldBe(80);
        var manifest = Parse(Service("a", "'type':'NodePort',"));
        KindRules.PrepareUpdate(first, manifest, "", _api).ShouldBeEmpty();
        manifest.Root["spec"]["clusterIP"].ShouldBe(first.Root["spec"]["clusterIP"]);
        manifest.Root["spec"]["ports"][0]["nodePort"].ShouldBe(first.Root["spec"]["ports"][0]["nodePort"]);
    }

    [Fact]
    public void Service_Headless_KeepsNone()
    {
        var service = _api.Create(Parse(Service("a", "'clusterIP':'None',")), "test");
        service.Root["spec"]["clusterIPs"][0].AsString().ShouldBe("None");
        service.Root["spec"]["ports"][0]["nodePort"].IsAbsent.ShouldBeTrue();
    }

    [Fact]
    public void Secret_StringData_BecomesData()
    {
        var secret = Created("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'stringData':{'a':'b'}}");
        secret["data"]["a"].AsString().ShouldBe("Yg==");
        secret.ContainsKey("stringData").ShouldBeFalse();
        secret["type"].AsString().ShouldBe("Opaque");
    }

    [Theory]
    [InlineData("ConfigMap", "'data':{'a':'1'},'immutable':true", "data", "{'a':'2'}", "data", "Forbidden: field is immutable when `immutable` is set")]
    [InlineData("Secret", "'type':'a/b'", "type", "'Opaque'", "type", "Invalid value: \"Opaque\": field is immutable")]
    public void ImmutableField_WhenChanged_IsRefused(string kind, string body, string key, string value, string field, string message)
    {
        var old = new KubeObject(Created("{'apiVersion':'v1','kind':'" + kind + "','metadata':{'name':'x'}," + body + "}"));
        var updated = new KubeObject(old.Root.DeepClone());
        updated.Root[key] = Json.Parse(value.Replace('\'', '"'));
        var fault = KindRules.PrepareUpdate(old, updated, "", _api).ShouldHaveSingleItem();
        fault.Field.ShouldBe(field);
        fault.Message.ShouldBe(message);
    }

    [Fact]
    public void Job_WhenCreated_GetsSelectorAndLabels()
    {
        var job = Created("{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'j','uid':'u1'},'spec':{'template':{'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'a'}]}}}}");
        job["spec"]["selector"]["matchLabels"]["batch.kubernetes.io/controller-uid"].AsString().ShouldBe("u1");
        job["spec"]["template"]["metadata"]["labels"]["job-name"].AsString().ShouldBe("j");
        job["spec"]["completions"].AsInt().ShouldBe(1);
        job["spec"]["backoffLimit"].AsInt().ShouldBe(6);
    }

    [Theory]
    [InlineData("*/15 * * * *", "2026-01-01T10:07:10Z", "2026-01-01T10:15:00Z")]
    [InlineData("0 3 * * mon", "2026-01-01T10:07:10Z", "2026-01-05T03:00:00Z")]
    [InlineData("30 2 29 feb *", "2026-01-01T00:00:00Z", "2028-02-29T02:30:00Z")]
    [InlineData("@daily", "2026-12-31T10:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    public void Schedule_GivesTheNextTime(string schedule, string after, string next)
    {
        CronSchedule.TryParse(schedule, out var parsed, out _).ShouldBeTrue();
        parsed!.Next(DateTimeOffset.Parse(after, null)).ShouldBe(DateTimeOffset.Parse(next, null));
    }

    private static KubeObject Parse(string json) => new(Json.Parse(json.Replace('\'', '"').Replace("`", "'", StringComparison.Ordinal)).AsMap()!);

    private static string Deployment(string image, string more = "") =>
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'}," + more
        + "'spec':{'selector':{'matchLabels':{'app':'web'}},'template':{'metadata':{'labels':{'app':'web'}},'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}}}";

    private static string Service(string name, string more) =>
        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'" + name + "','namespace':'d'},'spec':{" + more + "'ports':[{'port':80}]}}";

    private MapNode Created(string json)
    {
        var obj = Parse(json);
        KindRules.PrepareCreate(obj, _api).ShouldBeEmpty();
        return obj.Root;
    }

    private MapNode Updated(KubeObject old, Action<MapNode> change)
    {
        var updated = new KubeObject(old.Root.DeepClone());
        change(updated.Root);
        KindRules.PrepareUpdate(old, updated, "", _api).ShouldBeEmpty();
        return updated.Root;
    }
}
