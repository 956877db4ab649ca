using System.Text;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Tests.Plain;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Manifests.Tests.Helm;

/// <summary><c>lookup</c> of a chart that an application lets look into its cluster.</summary>
public sealed class LookupTests
{
    private const string KeepsItsPassword = """
        {{- $old := lookup "v1" "Secret" .Release.Namespace "login" }}
        apiVersion: v1
        kind: Secret
        metadata: {name: login}
        data:
          password: {{ if $old }}{{ $old.data.password }}{{ else }}{{ "made up" | b64enc }}{{ end }}
        """;

    private static readonly LiveQuery Login = new("v1", "Secret", "ns", "login");
    private static readonly LiveAnswer Found = Answer("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"login"},"data":{"password":"aHVudGVyLTI="}}""");

    [Fact]
    public void AQuestionNobodyHasAsked_EndsTheRender_AndIsNamed()
    {
        var result = Render(KeepsItsPassword, []);

        result.Unanswered.ShouldBe(Login);
        result.Diagnostics.ShouldBeEmpty();
        result.Resources.ShouldBeEmpty();
    }

    [Fact]
    public void AnAnswer_IsWhatTheTemplateGets_AndIsNotedAsLookedUp()
    {
        var result = Render(KeepsItsPassword, new() { [Login] = Found, [Login with { Name = "unused" }] = Found });

        result.Unanswered.ShouldBeNull();
        result.LookedUp.ShouldBe([Login]);
        Password(result).ShouldBe("aHVudGVyLTI=");
    }

    [Fact]
    public void Nothing_IsAnEmptyMap() => Password(Render(KeepsItsPassword, new() { [Login] = LiveAnswer.Nothing })).ShouldBe("bWFkZSB1cA==");

    [Fact]
    public void AList_HasItems()
    {
        var all = new LiveQuery("v1", "ConfigMap", "ns", "");
        var result = Render(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: count}\ndata:\n  count: {{ (lookup \"v1\" \"ConfigMap\" \"ns\" \"\").items | len | quote }}\n",
            new() { [all] = Answer("""{"apiVersion":"v1","kind":"ConfigMapList","items":[{},{}]}""") });

        ((ManifestResource)result.Resources.Single()).Object.Root["data"]["count"].AsString().ShouldBe("2");
    }

    [Fact]
    public void ARefusal_IsAnErrorAtItsPlace()
    {
        var result = Render(KeepsItsPassword, new() { [Login] = LiveAnswer.Refused("project shop does not allow the kind /Secret") });

        result.LookedUp.ShouldBe([Login]);
        result.Diagnostics.Single().ToString().ShouldMatch("chart/Chart.yaml: (?s).*c/templates/a.yaml:1:12.*lookup.*project shop does not allow the kind /Secret");
    }

    [Fact]
    public void WithoutTheApplicationsLeave_NothingIsFound_AndNobodyIsAsked()
    {
        var result = Render(KeepsItsPassword, [], new HelmSpec());

        result.LookedUp.ShouldBeEmpty();
        Password(result).ShouldBe("bWFkZSB1cA==");
    }

    [Fact]
    public void ValuesOfSecrets_AreCutFromMessages()
    {
        var result = Render(
            "{{ fail (printf \"it is %s\" ((lookup \"v1\" \"Secret\" \"ns\" \"login\").data.password | b64dec)) }}", new() { [Login] = Found });

        result.Diagnostics.Single().Message.ShouldContain("it is ++++++++");
    }

    [Fact]
    public void FieldsThatHoldValuesOfSecrets_AreKnown_SoThatNoDiffShowsThem()
    {
        var result = Render(
            """
            {{- $login := lookup "v1" "Secret" "ns" "login" }}
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: leak, annotations: {a/b: "{{ $login.data.password }}"}}
            data:
              url: "db://u:{{ $login.data.password | b64dec }}@db"
              other: "harmless"
            list: [{a: 1}, {b: "{{ $login.data.password }}"}]
            """,
            new() { [Login] = Found });

        ((ManifestResource)result.Resources.Single()).SecretFields.Order().ShouldBe(["/data/url", "/list", "/metadata/annotations/a~1b"]);
    }

    private static string? Password(RenderResult result) => ((ManifestResource)result.Resources.Single()).Object.Root["data"]["password"].AsString();

    private static LiveAnswer Answer(string json) => LiveAnswer.Of(Encoding.UTF8.GetBytes(json));

    private static RenderResult Render(string template, Dictionary<LiveQuery, LiveAnswer> live, HelmSpec? helm = null)
    {
        var tree = MemoryTree.Of(("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"), ("chart/templates/a.yaml", template));
        var source = new SourceSpec { RepoUrl = "https://example.com/r.git", Path = "chart", Helm = helm ?? new HelmSpec { Lookup = true } };
        var application = new ApplicationSpec { Name = "app", Sources = [source], Destination = new DestinationSpec(Namespace: "ns") };
        return new ManifestRenderer().Render(
            new RenderRequest(tree, application, source, new TargetCapabilities { Version = "v1.33.0" }) { Live = live }, TestContext.Current.CancellationToken);
    }
}
