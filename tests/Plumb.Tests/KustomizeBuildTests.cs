using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary><c>plumb kustomize build</c> and <c>plumb render</c> with bases of other repositories.</summary>
public sealed class KustomizeBuildTests : IDisposable
{
    private const string Expected = "apiVersion: v1\ndata:\n  key: shared\nkind: ConfigMap\nmetadata:\n  name: my-settings\n";

    private readonly Workspace _base = new();
    private readonly Workspace _workspace = new();

    public KustomizeBuildTests() => _base
        .Write("deploy/kustomization.yaml", "resources: [settings.yaml]\n")
        .Write("deploy/settings.yaml", Workspace.ConfigMap("settings", "shared")).Commit();

    private string Base => $"file://{_base.Repository}//deploy?ref=main";

    public void Dispose()
    {
        _workspace.Dispose();
        _base.Dispose();
    }

    [Fact]
    public async Task AFolderOnDisk_IsBuiltWithItsBases()
    {
        _workspace.Write("web/kustomization.yaml", $"namePrefix: my-\nresources:\n- {Base}\n");
        var ended = await PlumbProcess.RunAsync("kustomize", "build", Path.Combine(_workspace.Repository, "web"));
        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldBe(Expected);
    }

    [Fact]
    public async Task AnAddress_IsBuiltAsItIs()
    {
        var ended = await PlumbProcess.RunAsync("kustomize", "build", Base);
        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldBe(Expected.Replace("my-", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ABaseThatIsNotThere_IsNamedWithFileAndLine()
    {
        _workspace.Write("web/kustomization.yaml", $"namePrefix: my-\nresources:\n- {Base}x\n");
        var ended = await PlumbProcess.RunAsync("kustomize", "build", Path.Combine(_workspace.Repository, "web"));
        ended.Code.ShouldBe(1, ended.ToString());
        ended.Error.ShouldStartWith($"Error: {_workspace.Repository}/web/kustomization.yaml(3,3): the base {Base}x cannot be had: ");
        ended.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Render_FetchesThemToo()
    {
        _workspace.Write("web/kustomization.yaml", $"namePrefix: my-\nresources:\n- {Base}\n").Commit();
        var ended = await PlumbProcess.RunAsync("render", Path.Combine(_workspace.Repository, "web"), "--namespace", "shop");
        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldBe(Expected + "  namespace: shop\n");
    }
}
