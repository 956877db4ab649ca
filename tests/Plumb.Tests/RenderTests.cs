using Plumb.Tests.Support;

namespace Plumb.Tests;

public sealed class RenderTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task APath_IsPrintedAsCommitted_WithoutWhatIsNot()
    {
        _workspace.Write("web/settings.yaml", Workspace.ConfigMap("settings", "committed")).Commit();
        _workspace.Write("web/settings.yaml", Workspace.ConfigMap("settings", "on disk only"));

        var ended = await PlumbProcess.RunAsync("render", Path.Combine(_workspace.Repository, "web"), "--namespace", "shop");

        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldBe("apiVersion: v1\ndata:\n  key: committed\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\n");
        ended.Error.ShouldContain("uncommitted changes");
    }

    [Fact]
    public async Task AnApplication_IsPrintedAsASyncWouldApplyIt()
    {
        _workspace.Write("web/settings.yaml", Workspace.ConfigMap("settings", "x")).Commit();

        var ended = await PlumbProcess.RunAsync(["render", "-f", _workspace.Application("web", "web"), .. _workspace.Map]);

        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldContain("kind: Namespace");
        ended.Output.ShouldContain("argocd.argoproj.io/tracking-id: web:/ConfigMap:web/settings");
    }

    [Fact]
    public async Task AMistake_IsToldWithFileAndLine_AndNothingIsPrinted()
    {
        _workspace.Write("web/good.yaml", Workspace.ConfigMap("good", "x")).Write("web/bad.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: [\n").Commit();

        var ended = await PlumbProcess.RunAsync("render", _workspace.Repository + "//web@main");

        ended.Code.ShouldBe(2, ended.ToString());
        ended.Error.ShouldContain("web/bad.yaml(");
        ended.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task AFolderOutsideGit_IsRefusedWithTheReason()
    {
        var ended = await PlumbProcess.RunAsync("render", _workspace.Folder);

        ended.Code.ShouldBe(2, ended.ToString());
        ended.Error.ShouldContain("is not inside a Git repository");
    }
}
