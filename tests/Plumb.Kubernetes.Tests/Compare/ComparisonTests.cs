using Plumb.Kubernetes.Compare;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;

namespace Plumb.Kubernetes.Tests.Compare;

public sealed class ComparisonTests
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: web
                image: web:1
                args: [serve, fast]
                ports: [{containerPort: 80}]
                resources: {requests: {cpu: 1000m, memory: 1Gi}}
              - name: side
                image: side:1
        """;

    [Fact]
    public void Compare_WhenApplied_IsSame() => Compare(Web, Applied(Web)).Verdict.ShouldBe(Verdict.Same);

    [Theory]
    [InlineData("cpu: 1000m", "cpu: 1")]
    [InlineData("memory: 1Gi", "memory: 1024Mi")]
    [InlineData("replicas: 2", "replicas: 2\n  paused: null")]
    [InlineData("kind: Deployment", "kind: Deployment\nstatus: {replicas: 7}")]
    [InlineData("name: web, namespace", "creationTimestamp: null, name: web, namespace")]
    public void Compare_WhenWrittenOtherwise_IsSame(string written, string other) =>
        Compare(Web.Replace(written, other, StringComparison.Ordinal), Applied(Web)).Fields.ShouldBeEmpty();

    [Theory]
    [InlineData("replicas: 2", "replicas: 3", ".spec.replicas")]
    [InlineData("replicas: 2", "replicas: 0", ".spec.replicas")]
    [InlineData("image: web:1", "image: web:2", ".spec.template.spec.containers[name=\"web\"].image")]
    [InlineData("cpu: 1000m", "cpu: 999m", ".spec.template.spec.containers[name=\"web\"].resources.requests.cpu")]
    [InlineData("tier: front", "tier: back", ".metadata.labels.tier")]
    [InlineData("tier: front", "tier: ''", ".metadata.labels.tier")]
    [InlineData("tier: front", "tier: front, new: x", ".metadata.labels.new")]
    [InlineData("[serve, fast]", "[serve, slow]", ".spec.template.spec.containers[name=\"web\"].args[1]")]
    [InlineData("[serve, fast]", "[serve, fast, far]", ".spec.template.spec.containers[name=\"web\"].args")]
    [InlineData("containerPort: 80}", "containerPort: 81}", ".spec.template.spec.containers[name=\"web\"].ports[containerPort=81]")]
    [InlineData("replicas: 2", "minReadySeconds: 5", ".spec.minReadySeconds")]
    public void Compare_WhenGitChanged_IsDifferent(string written, string other, string field)
    {
        var result = Compare(Web.Replace(written, other, StringComparison.Ordinal), Applied(Web));

        result.Verdict.ShouldBe(Verdict.Different);
        result.Fields.ShouldContain(field);
    }

    [Fact]
    public void Compare_WhenGitDropsWhatWeOwn_IsDifferent()
    {
        var result = Compare(Web.Replace(", tier: front", "", StringComparison.Ordinal), Applied(Web));

        result.Verdict.ShouldBe(Verdict.Different);
        result.Fields.ShouldBe([".metadata.labels.tier"]);
    }

    [Fact]
    public void Compare_WhenGitDropsADefault_IsSame() =>
        Compare(Web, Applied(Web.Replace("containerPort: 80", "containerPort: 80, protocol: TCP", StringComparison.Ordinal)))
            .Verdict.ShouldBe(Verdict.Same);

    [Fact]
    public void Compare_WhenGitDropsAnItemWeOwn_IsDifferent()
    {
        var result = Compare(Web[..Web.IndexOf("      - name: side", StringComparison.Ordinal)], Applied(Web));

        result.Verdict.ShouldBe(Verdict.Different);
        result.Fields.ShouldContain(".spec.template.spec.containers[name=\"side\"].image");
    }

    [Fact]
    public void Compare_WhenGitDropsWhatOthersOwnToo_IsSame()
    {
        var live = ApplyAs("kubectl", Web, Applied(Web));

        Compare(Web.Replace(", tier: front", "", StringComparison.Ordinal), live).Verdict.ShouldBe(Verdict.Same);
    }

    [Fact]
    public void Compare_WhenOthersAddFieldsAndItems_IsSame()
    {
        const string Additions = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop, annotations: {injected: "yes"}}
            spec:
              template:
                spec:
                  containers:
                  - {name: web, env: [{name: HOST, value: here}]}
                  - {name: injected, image: proxy}
            """;

        Compare(Web, ApplyAs("injector", Additions, Applied(Web))).Verdict.ShouldBe(Verdict.Same);
    }

    [Fact]
    public void Compare_WhenOthersChangeOurField_IsDifferent()
    {
        var live = ApplyAs("someone", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec: {replicas: 9}
            """, Applied(Web));

        Compare(Web, live).Fields.ShouldBe([".spec.replicas"]);
    }

    [Fact]
    public void Compare_WhenNeverAppliedButEqual_IsSame()
    {
        var live = KubeYaml.Object(Web);

        Compare(Web, live).Verdict.ShouldBe(Verdict.Same);
    }

    [Fact]
    public void Compare_WhenServerDroppedAnEmptyValueWeApplied_IsSame()
    {
        var desired = Web.Replace("replicas: 2", "replicas: 2\n  paused: false", StringComparison.Ordinal);
        var live = Applied(desired);
        live.Root["spec"].AsMap()!.Remove("paused");

        Compare(desired, live).Verdict.ShouldBe(Verdict.Same);
    }

    [Fact]
    public void Compare_WhenServerDroppedAValueWeApplied_IsSuspect()
    {
        var live = Applied(Web);
        live.Root["spec"].AsMap()!.Remove("replicas");

        Compare(Web, live).ShouldSatisfyAllConditions(r => r.Verdict.ShouldBe(Verdict.Suspect), r => r.Fields.ShouldBe([".spec.replicas"]));
    }

    [Fact]
    public void Compare_WhenAdmissionLengthenedAnAtomicListWeOwn_IsSuspect()
    {
        var live = Applied(Web);
        live.Root["spec"]["template"]["spec"]["containers"][0]["args"].AsList()!.Add("more");

        Compare(Web, live).Verdict.ShouldBe(Verdict.Suspect);
    }

    [Fact]
    public void Compare_WhenSchemaIsUnknown_IsNeverCertain()
    {
        const string Widget = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {size: 1, items: [{a: 1}]}}";
        var desired = KubeYaml.Object(Widget);

        Comparison.Compare(desired, KubeYaml.Object(Widget), Schema.Unknown, []).Verdict.ShouldBe(Verdict.Same);
        Comparison.Compare(desired, KubeYaml.Object(Widget.Replace("size: 1", "size: 2", StringComparison.Ordinal)), Schema.Unknown, [])
            .Verdict.ShouldBe(Verdict.Suspect);
        Comparison.Compare(desired, KubeYaml.Object(Widget.Replace("{a: 1}", "{a: 1, b: 2}", StringComparison.Ordinal)), Schema.Unknown, [])
            .Verdict.ShouldBe(Verdict.Suspect);
    }

    [Fact]
    public void Compare_WhenLiveIsInAnotherVersion_IsNotCertain()
    {
        var live = Applied(Web);
        live.Root["apiVersion"] = "apps/v1beta1";

        Compare(Web.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal), live).Verdict.ShouldBe(Verdict.Suspect);
    }

    [Fact]
    public void Compare_ReadsStringDataOfSecretsAsTheServerDoes()
    {
        const string Live = "{apiVersion: v1, kind: Secret, metadata: {name: s}, type: Opaque, data: {a: aGVsbG8=, b: eA==}}";

        Compare("{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: hello}, data: {b: \"eA=\\n=\"}}", KubeYaml.Object(Live))
            .Verdict.ShouldBe(Verdict.Same);
        Compare("{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: hell}}", KubeYaml.Object(Live))
            .Fields.ShouldBe([".data.a"]);
    }

    [Fact]
    public void Compare_PassesOverCollectedRulesOfAggregatedRoles() => Compare(
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, aggregationRule: {clusterRoleSelectors: []}, rules: []}",
        KubeYaml.Object("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: r}
            aggregationRule: {clusterRoleSelectors: []}
            rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
            """)).Verdict.ShouldBe(Verdict.Same);

    [Theory]
    [InlineData("apps", "Deployment", "", "", true)]
    [InlineData("*", "*", "", "", true)]
    [InlineData("apps", "Deploy*", "w*", "shop", true)]
    [InlineData("", "Deployment", "", "", false)]
    [InlineData("apps", "StatefulSet", "", "", false)]
    [InlineData("apps", "Deployment", "other", "", false)]
    [InlineData("apps", "Deployment", "", "other", false)]
    public void Compare_LeavesOutIgnoredPointers_OfMatchingObjectsOnly(string group, string kind, string name, string ns, bool isIgnored)
    {
        IgnoreDifferencesSpec rule = new()
        {
            Group = group,
            Kind = kind,
            Name = name,
            Namespace = ns,
            JsonPointers = ["/spec/replicas", "/metadata/labels/a~1b", "/not/there"],
        };
        var desired = KubeYaml.Object(Web.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal));

        Comparison.Compare(desired, Applied(Web), SchemaOf(desired), [rule]).Verdict.ShouldBe(isIgnored ? Verdict.Same : Verdict.Different);
    }

    [Fact]
    public void Compare_LeavesOutFieldsOfIgnoredManagers()
    {
        var live = ApplyAs("hpa", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 9}}", Applied(Web));
        var desired = KubeYaml.Object(Web);
        IgnoreDifferencesSpec rule = new() { Group = "apps", Kind = "Deployment", ManagedFieldsManagers = ["hpa"] };

        Comparison.Compare(desired, live, SchemaOf(desired), []).Verdict.ShouldBe(Verdict.Different);
        Comparison.Compare(desired, live, SchemaOf(desired), [rule]).Verdict.ShouldBe(Verdict.Same);
    }

    [Fact]
    public void ApplyMask_KeepsLiveValuesOfIgnoredFieldsWeOwn_AndLeavesOutOthers()
    {
        var desired = KubeYaml.Object(Web.Replace("replicas: 2", "replicas: 5\n  minReadySeconds: 7", StringComparison.Ordinal));
        IgnoreDifferencesSpec rule = new() { Group = "apps", Kind = "Deployment", JsonPointers = ["/spec/replicas", "/spec/minReadySeconds"] };

        var masked = ApplyMask.Apply(desired, Applied(Web), SchemaOf(desired), [rule]);

        masked.Root["spec"]["replicas"].AsInt().ShouldBe(2);
        masked.Root["spec"]["minReadySeconds"].IsAbsent.ShouldBeTrue();
        ApplyMask.Apply(desired, null, SchemaOf(desired), [rule]).ShouldBeSameAs(desired);
    }

    [Fact]
    public void CompareDryRun_PassesOverWhatEveryWriteChanges()
    {
        var live = Applied(Web);
        var predicted = new KubeObject(live.Root.DeepClone());
        var metadata = predicted.Root["metadata"].AsMap()!;
        metadata["resourceVersion"] = "77";
        metadata["generation"] = 9;
        metadata.Remove("managedFields");

        Comparison.CompareDryRun(live, predicted, SchemaOf(live), []).Verdict.ShouldBe(Verdict.Same);

        predicted.Root["spec"].AsMap()!["replicas"] = 3;
        predicted.Root["spec"]["template"]["spec"]["containers"].AsList()!.RemoveAt(1);
        var result = Comparison.CompareDryRun(live, predicted, SchemaOf(live), []);
        result.Verdict.ShouldBe(Verdict.Different);
        result.Fields.ShouldBe([".spec.replicas", ".spec.template.spec.containers[name=\"side\"]"], ignoreOrder: true);
    }

    private static ComparisonResult Compare(string desired, KubeObject live)
    {
        var obj = KubeYaml.Object(desired);
        return Comparison.Compare(obj, live, SchemaOf(obj), []);
    }

    private static Schema SchemaOf(KubeObject obj) => BuiltInKinds.SchemaOf(obj.GroupVersionKind)!;

    private static KubeObject Applied(string yaml) => ApplyAs(Comparison.FieldManager, yaml, null);

    private static KubeObject ApplyAs(string manager, string yaml, KubeObject? live)
    {
        var obj = KubeYaml.Object(yaml);
        return ServerSideApply.Apply(live, obj, SchemaOf(obj), new(manager, "", DateTimeOffset.UnixEpoch), force: true).Object!;
    }
}
