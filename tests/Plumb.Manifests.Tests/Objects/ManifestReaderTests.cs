using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Objects;

public sealed class ManifestReaderTests
{
    private readonly List<Diagnostic> _diagnostics = [];

    [Fact]
    public void Lists_AreTakenApart()
    {
        var found = Read("""
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
            - apiVersion: v1
              kind: ConfigMapList
              items:
              - metadata: {name: b}
            ---
            apiVersion: v1
            kind: SecretList
            items: null
            """);
        found.Select(m => m.Object.Id.ToString()).ShouldBe(["ConfigMap/a", "ConfigMap/b"]);
        _diagnostics.ShouldBeEmpty();
        found[1].Locate("metadata", "name").Line.ShouldBe(8);
    }

    [Theory]
    [InlineData("kind: A\nmetadata: {name: a}", "f.yaml(1,1): apiVersion is missing")]
    [InlineData("apiVersion: v1\nmetadata: {name: a}", "f.yaml(1,1): kind is missing")]
    [InlineData("apiVersion: v1\nkind: 5", "f.yaml(2,1): kind must be text; this is the number 5")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata: {name: ..}", "f.yaml(3,12): A: metadata.name cannot be \"..\": no name may be . or .., or have a / or % in it")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata: {name: a, namespace: .}", "f.yaml(3,21): A: metadata.namespace cannot be \".\"")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata: {name: a/b}", "f.yaml(3,12): A: metadata.name cannot be \"a/b\"")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata: {generateName: a%2f}", "f.yaml(3,12): A: metadata.generateName cannot be \"a%2f\"")]
    [InlineData("apiVersion: v1\nkind: A", "f.yaml(1,1): A: metadata.name is missing")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata: x", "f.yaml(3,1): A: metadata must be a map")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata:\n  labels: {}", "f.yaml(3,1): A: metadata.name is missing")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata:\n  name: 12", "f.yaml(4,3): A: metadata.name must be text; this is the number 12; quote it")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  labels:\n    x: yes", "f.yaml(6,5): A/a: metadata.labels[\"x\"] must be text; this is the boolean true; quote it")]
    [InlineData("apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  annotations: [x]", "f.yaml(5,3): A/a: metadata.annotations must be a map")]
    [InlineData("- a\n- b", "f.yaml(1,1): a Kubernetes object is a map")]
    [InlineData("apiVersion: v1\nkind: List\nitems: x", "f.yaml(3,1): items of a List must be a list")]
    [InlineData("apiVersion: v1\nkind: List\nitems:\n- a", "f.yaml(4,3): a Kubernetes object is a map")]
    public void Faults_AreReportedWithTheirPlace(string yaml, string message)
    {
        Read(yaml).ShouldBeEmpty();
        var fault = _diagnostics.ShouldHaveSingleItem();
        fault.ToString().ShouldStartWith(message);
        fault.Severity.ShouldBe(Severity.Error);
    }

    [Fact]
    public void GoodObjects_StandBesideFaultyOnes() =>
        Read("apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\nkind: B\n---\n# nothing\n---\napiVersion: v1\nkind: C\nmetadata: {generateName: c-}\n")
            .Select(m => m.Object.Kind).ShouldBe(["A", "C"]);

    [Fact]
    public void Digest_IsByData()
    {
        CanonicalJson.Digest(Json.Parse("""{"a":1,"b":[1,{"c":"é"}]}""")).ShouldBe(CanonicalJson.Digest(Json.Parse("""{"b":[1.0,{"c":"é"}],"a":1}""")));
        CanonicalJson.Digest(Json.Parse("[1,2]")).ShouldNotBe(CanonicalJson.Digest(Json.Parse("[2,1]")));
        CanonicalJson.Digest(Json.Parse("{}")).ShouldBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }

    private IReadOnlyList<Manifest> Read(string yaml) => ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "f.yaml", _diagnostics);
}
