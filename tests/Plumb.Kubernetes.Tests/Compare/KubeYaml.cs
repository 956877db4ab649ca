using System.Text;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Kubernetes.Tests.Compare;

/// <summary>Objects for tests, from YAML.</summary>
internal static class KubeYaml
{
    public static KubeObject Object(string yaml) => All(yaml).Single();

    public static IReadOnlyList<KubeObject> All(string yaml)
    {
        var diagnostics = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes(yaml), "test.yaml", diagnostics);
        diagnostics.ShouldBeEmpty();
        return [.. documents.Where(d => d.Value.AsMap() is not null).Select(d => new KubeObject(d.Value.AsMap()!.DeepClone()))];
    }

    public static KubeObject FromFile(string path) => Object(File.ReadAllText(path));

    /// <summary>A path below the root of the repository.</summary>
    public static string Beside(params string[] path) => Path.Combine([Root(), .. path]);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plumb.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder.FullName;
    }
}
