using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary><c>plumb helm template</c> in the place of <c>helm template</c>.</summary>
public sealed class HelmTemplateTests : IDisposable
{
    private readonly string _chart = Directory.CreateTempSubdirectory("plumb-chart-").FullName;

    public HelmTemplateTests()
    {
        Directory.CreateDirectory(Path.Combine(_chart, "templates"));
        File.WriteAllText(Path.Combine(_chart, "Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
        File.WriteAllText(Path.Combine(_chart, "values.yaml"), "color: blue\n");
        File.WriteAllText(
            Path.Combine(_chart, "templates", "a.yaml"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\n"
            + "data:\n  color: {{ required \"no color\" .Values.color }}\n");
    }

    public void Dispose() => Directory.Delete(_chart, recursive: true);

    [Fact]
    public async Task AChart_IsPrintedWithItsSources()
    {
        var ended = await PlumbProcess.RunAsync("helm", "template", "web", _chart, "-n", "prod", "--set", "color=red");

        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldBe(
            "---\n# Source: shop/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  namespace: prod\ndata:\n  color: red\n");
    }

    [Fact]
    public async Task WithoutAName_TheReleaseHasHelmsDefault()
    {
        var ended = await PlumbProcess.RunAsync("helm", "template", _chart);

        ended.Output.ShouldContain("name: release-name\n");
    }

    [Theory]
    [InlineData("Error: execution error at (shop/templates/a.yaml:7:12): no color\n\nUse --debug flag to render out invalid YAML", "--set", "color=null")]
    [InlineData("Error: failed parsing --set data: key \"color\" has no value", "--set", "color")]
    [InlineData("Error: open nope.yaml: no such file or directory", "-f", "nope.yaml")]
    [InlineData("Error: could not find template templates/b.yaml in chart", "--show-only", "templates/b.yaml")]
    public async Task Refusals_EndWithCode1AndHelmsWords(string words, params string[] flags)
    {
        var ended = await PlumbProcess.RunAsync(["helm", "template", "web", _chart, .. flags]);

        ended.Code.ShouldBe(1, ended.ToString());
        ended.Error.ShouldContain(words);
    }
}
