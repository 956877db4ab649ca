using Plumb.Kubernetes.Tests.Compare;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Rendering;

namespace Plumb.Kubernetes.Tests.Health;

/// <summary>
/// A file of facts about health: what another system says of an object, and Plumb's verdict with its reason where it is another one.
/// </summary>
/// <param name="Cases">In the order of the file.</param>
/// <param name="Reasons">Why Plumb differs, by the names that cases use.</param>
internal sealed record VerdictTable(IReadOnlyList<VerdictTable.Case> Cases, IReadOnlyDictionary<string, string> Reasons)
{
    /// <param name="Name">Of the case.</param>
    /// <param name="Theirs">Their verdict, in their words.</param>
    /// <param name="Ours">Plumb's where it differs; null: the same.</param>
    /// <param name="Why">Name of the reason; null: the same.</param>
    /// <param name="Message">The words that go with it; null: any.</param>
    /// <param name="Object">What is judged.</param>
    public sealed record Case(string Name, string Theirs, HealthStatus? Ours, string? Why, string? Message, KubeObject Object);

    /// <param name="file">Beside this one.</param>
    /// <param name="theirs">The field that has their verdict.</param>
    public static VerdictTable Read(string file, string theirs)
    {
        var diagnostics = new List<Diagnostic>();
        var bytes = File.ReadAllBytes(KubeYaml.Beside("tests", "Plumb.Kubernetes.Tests", "Health", file));
        var root = YamlReader.ReadAll(bytes, file, diagnostics).Single().Value;
        diagnostics.ShouldBeEmpty();
        return new VerdictTable(
            [.. root["cases"].AsList()!.Select(c => Of(c, theirs))],
            root["reasons"].AsMap()!.ToDictionary(r => r.Key, r => r.Value.AsString()!, StringComparer.Ordinal));
    }

    public int Differing => Cases.Count(c => c.Ours is not null);

    public TheoryData<string> Names => new(Cases.Select(c => c.Name));

    public Case this[string name] => Cases.Single(c => c.Name == name);

    /// <summary>A difference is one, has a reason, and the page on health says it in the same words.</summary>
    public void ShouldAccountForDifferences(Func<string, HealthStatus?> ours)
    {
        var page = File.ReadAllText(KubeYaml.Beside("docs", "spec", "health.md"));
        foreach (var found in Cases)
        {
            (found.Ours is null).ShouldBe(found.Why is null, found.Name);
            if (found.Ours is not { } different) continue;
            (different == ours(found.Theirs)).ShouldBeFalse(found.Name);
            Reasons.Keys.ShouldContain(found.Why!, found.Name);
        }

        foreach (var (name, words) in Reasons)
        {
            Cases.ShouldContain(c => c.Why == name, name);
            OneLine(page).ShouldContain(words);
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static Case Of(Node found, string theirs) => new(
        found["case"].AsString()!,
        found[theirs].AsString()!,
        found["plumb"].AsString() is { } ours ? Enum.Parse<HealthStatus>(ours) : null,
        found["why"].AsString(),
        found["message"].AsString(),
        new KubeObject(found["object"].AsMap()!.DeepClone()));
}
