using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Manifests.Tests.Plain;

/// <summary>Every directory of plain manifests of the public repositories renders, apart from those named here.</summary>
public sealed class CorpusRenderTests(ITestOutputHelper output)
{
    /// <summary>Directories that are meant to fail, or that need a renderer of a later time, with words of the fault.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["argo-cd-e2e/test/e2e/testdata/declarative-apps"] = "template",
        ["kubernetes-examples/_archived/newrelic"] = "template",
        ["kubernetes-examples/_archived/newrelic-infrastructure"] = "template",
        ["kubernetes-examples/_archived/scheduler-policy"] = "metadata.name is missing",
        ["kubernetes-examples/_archived/storage/vitess"] = "template",
    };

    [Theory]
    [InlineData("kubernetes-examples", 60)]
    [InlineData("microservices-demo", 1)]
    [InlineData("argo-cd-e2e/test/e2e/testdata", 50)]
    public void PlainDirectories_Render(string repository, int atLeast)
    {
        if (!SharedData.IsHere($"plain directories of {repository}")) return;
        var tree = MemoryTree.From(Path.Combine(Corpus.Repositories, repository));
        var wrong = new List<string>();
        var rendered = 0;
        var objects = 0;
        foreach (var path in Directories(Path.Combine(Corpus.Repositories, repository)))
        {
            var result = Render(tree, path);
            var error = result.Diagnostics.FirstOrDefault(d => d.Severity == Severity.Error);
            if (File.Exists(Path.Combine(Corpus.Repositories, repository, path, "Chart.yaml"))) continue; // see ChartCorpusTests
            if (File.Exists(Path.Combine(Corpus.Repositories, repository, path, "kustomization.yaml"))) continue; // see KustomizeCorpusTests
            if (File.Exists(Path.Combine(Corpus.Repositories, repository, path, "kustomization.yml"))) continue;
            foreach (var diagnostic in result.Diagnostics) output.WriteLine($"{path}: {diagnostic.Severity} {diagnostic}");
            rendered++;
            objects += result.Resources.Count + result.Applications.Count;
            var key = repository + "/" + path;
            if (Refused.TryGetValue(key, out var words) ? error?.Message.Contains(words) != true : error is not null) wrong.Add($"{key}: {error}");
        }

        output.WriteLine($"{repository}: {rendered} directories, {objects} objects");
        wrong.ShouldBeEmpty();
        rendered.ShouldBeGreaterThan(atLeast);
    }

    private static RenderResult Render(MemoryTree tree, string path)
    {
        var source = new SourceSpec { RepoUrl = "https://example.com/r.git", Path = path };
        var application = new ApplicationSpec { Name = "app", Sources = [source], Destination = new DestinationSpec(Namespace: "ns") };
        return new ManifestRenderer().Render(new RenderRequest(tree, application, source, new TargetCapabilities()), TestContext.Current.CancellationToken);
    }

    /// <summary>A chart's templates are not manifests.</summary>
    private static bool IsInsideChart(string root, string directory)
    {
        for (var at = Path.GetDirectoryName(directory); !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(root, at, "Chart.yaml"))) return true;
        }

        return false;
    }

    /// <summary>Directories that hold manifests themselves.</summary>
    private static IEnumerable<string> Directories(string root) =>
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json")
            .Select(f => Path.GetRelativePath(root, Path.GetDirectoryName(f)!).Replace('\\', '/'))
            .Where(d => d != "." && !IsInsideChart(root, d))
            .Distinct()
            .Order(StringComparer.Ordinal);
}
