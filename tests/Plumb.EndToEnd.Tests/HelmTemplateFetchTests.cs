using Plumb.Charts.Tests.Support;
using Plumb.EndToEnd.Tests.Support;

namespace Plumb.EndToEnd.Tests;

/// <summary><c>plumb helm template</c> with charts that are not on disk.</summary>
public sealed class HelmTemplateFetchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-chart-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Repo_TakesAVersion_ARange_OrTheLatest()
    {
        await using var server = await ServerAsync("1.0.0", "1.2.0", "2.0.0", "3.0.0-rc.1");

        (await TemplateAsync("web", "--repo", server.Url)).ShouldContain("version: \"2.0.0\"");
        (await TemplateAsync("web", "--repo", server.Url, "--version", "^1.0.0")).ShouldContain("version: \"1.2.0\"");
        (await TemplateAsync("web", "--repo", server.Url, "--devel")).ShouldContain("version: \"3.0.0-rc.1\"");
        (await FaultAsync("wbe", "--repo", server.Url)).ShouldContain("has no chart \"wbe\"");
    }

    [Fact]
    public async Task ACredential_GoesToTheRepositoryItIsFor_NotToOtherHosts()
    {
        await using var elsewhere = await ServerAsync("1.0.0");
        await using var server = await ChartServer.StartAsync();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"), saysDigest: false, url: $"{elsewhere.Url}/web-1.0.0.tgz");
        server.Login = ("ada", "secret-word");

        var refused = await FaultAsync("web", "--repo", server.Url);
        refused.ShouldContain("asks for credentials");
        (await TemplateAsync("web", "--repo", server.Url, "--username", "ada", "--password", "secret-word")).ShouldContain("version: \"1.0.0\"");
        elsewhere.Requests.ShouldAllBe(r => r.Authorization == null);
        await TemplateAsync("web", "--repo", server.Url, "--username", "ada", "--password", "secret-word", "--pass-credentials");
        elsewhere.Requests.ShouldContain(r => r.Authorization != null);
        (await FaultAsync("web", "--repo", server.Url, "--username", "ada", "--password", "wrong-word")).ShouldNotContain("wrong-word");
    }

    [Fact]
    public async Task ARepositoryOfTheUsers_IsNamed_AndAnAddressIsTakenAsItIs()
    {
        await using var server = await ServerAsync("1.0.0");
        var config = Path.Combine(_folder, "repositories.yaml");
        await File.WriteAllTextAsync(config, $"repositories:\n- name: ours\n  url: {server.Url}\n", TestContext.Current.CancellationToken);

        (await TemplateAsync("ours/web", "--repository-config", config)).ShouldContain("version: \"1.0.0\"");
        (await FaultAsync("theirs/web", "--repository-config", config)).ShouldContain("Error: repo theirs not found");
        (await FaultAsync("web", "--repository-config", config)).ShouldContain("Error: non-absolute URLs should be in form of repo_name/path_to_chart, got: web");
        (await TemplateAsync($"{server.Url}/web-1.0.0.tgz")).ShouldContain("version: \"1.0.0\"");
        (await FaultAsync($"{server.Url}/web-9.9.9.tgz")).ShouldContain("is not there");
        (await FaultAsync("./nowhere")).ShouldContain("Error: path \"./nowhere\" not found");
    }

    [Fact]
    public async Task ARegistry_IsNamedByItsAddress_WithATagOrAVersion()
    {
        await using var registry = await Registry.StartAsync();
        await registry.PushAsync("team/web", "1.0.0", Packed.Chart("web", "1.0.0"));
        await registry.PushAsync("team/web", "1.1.0", Packed.Chart("web", "1.1.0"));
        var address = $"oci://{registry.Host}/team/web";

        (await TemplateAsync(address)).ShouldContain("version: \"1.1.0\"");
        (await TemplateAsync(address, "--version", "1.0.0")).ShouldContain("version: \"1.0.0\"");
        (await TemplateAsync($"{address}:1.0.0")).ShouldContain("version: \"1.0.0\"");
        (await FaultAsync($"{address}:1.0.0", "--version", "1.1.0")).ShouldContain("chart reference and version mismatch: 1.1.0 is not 1.0.0");
    }

    [Fact]
    public async Task DependencyUpdate_FetchesWhatTheChartLacks_AndWritesNothing()
    {
        await using var server = await ServerAsync("1.0.0", "1.2.0");
        Write("common/Chart.yaml", "apiVersion: v2\nname: common\nversion: 0.1.0\n");
        Write("common/templates/c.yaml", "from: common\n");
        Write("shop/Chart.yaml", $"""
            apiVersion: v2
            name: shop
            version: 1.0.0
            dependencies:
            - {"{"}name: web, version: ^1.0.0, repository: "{server.Url}"{"}"}
            - {"{"}name: common, version: 0.1.0, repository: "file://../common"{"}"}

            """);

        (await FaultAsync(Path.Combine(_folder, "shop"))).ShouldContain("missing in charts/ directory: web, common");
        var printed = await TemplateAsync(Path.Combine(_folder, "shop"), "--dependency-update");

        printed.ShouldContain("# Source: shop/charts/web/templates/map.yaml");
        printed.ShouldContain("version: \"1.2.0\"");
        printed.ShouldContain("from: common");
        Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "shop")).Select(Path.GetFileName).ShouldBe(["Chart.yaml"]);
    }

    private static async Task<ChartServer> ServerAsync(params string[] versions)
    {
        var server = await ChartServer.StartAsync();
        foreach (var version in versions) server.Offer("web", version, Packed.Chart("web", version));
        return server;
    }

    private static async Task<string> TemplateAsync(params string[] arguments)
    {
        var ended = await RunAsync(arguments);
        ended.ExitCode.ShouldBe(0, ended.ToString());
        return ended.Output;
    }

    private static async Task<string> FaultAsync(params string[] arguments)
    {
        var ended = await RunAsync(arguments);
        ended.ExitCode.ShouldBe(1, ended.ToString());
        return ended.Error;
    }

    private static Task<Shell.Outcome> RunAsync(string[] arguments) =>
        Shell.RunAsync("dotnet", [Clone.Command, "helm", "template", .. arguments], ct: TestContext.Current.CancellationToken);

    private void Write(string path, string text)
    {
        var full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
