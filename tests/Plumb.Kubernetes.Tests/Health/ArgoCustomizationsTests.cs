using Plumb.Kubernetes.Health.Lua;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Rendering;

namespace Plumb.Kubernetes.Tests.Health;

/// <summary>
/// All health cases of Argo CD's repository, when <c>PLUMB_ARGO_CUSTOMIZATIONS</c> names its folder <c>resource_customizations</c>; they
/// are no part of this one.
/// </summary>
public sealed class ArgoCustomizationsTests
{
    private const string Variable = "PLUMB_ARGO_CUSTOMIZATIONS";

    [Fact]
    public void EveryHealthScriptOfArgoCd_GivesTheVerdictOfItsCases()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
        {
            Console.WriteLine($"The health scripts of Argo CD: did not run, {Variable} does not name its folder resource_customizations");
            return;
        }

        var passed = 0;
        var failures = new List<string>();
        foreach (var tests in Directory.GetFiles(folder, "health_test.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var directory = Path.GetDirectoryName(tests)!;
            foreach (var test in Read(tests)["tests"].AsList() ?? [])
            {
                var input = test["inputPath"].AsString() ?? test["inputpath"].AsString()!; // Go reads either
                var live = new KubeObject(Read(Path.Combine(directory, input)));
                var own = Path.Combine(folder, live.GroupVersionKind.Group, live.Kind, "health.lua"); // before a script for many kinds
                var source = File.ReadAllText(File.Exists(own) ? own : Path.Combine(directory, "health.lua"));
                var found = Describe(new LuaScript(source, true, LuaLimits.Default, TimeProvider.System).Assess(live.Root));
                var expected = Expected(test["healthStatus"]);
                if (found == expected) passed++;
                else failures.Add($"{Path.GetRelativePath(folder, directory)}/{input}: expected {expected}, found {found}");
            }
        }

        Console.WriteLine($"The health scripts of Argo CD: {passed} of {passed + failures.Count} cases passed");
        failures.ShouldBeEmpty(string.Join('\n', failures));
        passed.ShouldBeGreaterThan(1000);
    }

    /// <summary>Some of the objects state a key twice, of which the last wins in Go too.</summary>
    private static MapNode Read(string path) =>
        YamlReader.ReadAll(File.ReadAllBytes(path), path, new List<Diagnostic>()).Select(d => d.Value.AsMap()).OfType<MapNode>().First();

    private static string Expected(Node status) => $"{status["status"].AsString()} | {status["message"].AsString()}";

    private static string Describe(HealthState? found) => found is { } state ? $"{state.Status} | {state.Message}" : " | ";
}
