using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

/// <summary>Which applications a commit changes: these are woken first.</summary>
public sealed class TouchedByACommitTests
{
    [Fact]
    public async Task ACommit_TouchesWhoseRenderReadWhatItChanges_AndARevertDoesToo()
    {
        using var metrics = new ReconcileMetrics();
        var cache = new RenderCache(new LineRenderer(), metrics);
        var git = new MemoryGit();
        var spec = Specs.Automated("web", "web");
        var capabilities = new TargetCapabilities { Version = "v1" };
        var ct = TestContext.Current.CancellationToken;
        async Task<bool> IsTouchedAsync(string commit) => cache.IsTouched("web", 0, await git.OpenAsync(spec.Sources[0], commit, ct));
        async Task RenderAsync(string commit) =>
            cache.Render(new RenderRequest(await git.OpenAsync(spec.Sources[0], commit, ct), spec, spec.Sources[0], capabilities), 0, ct);
        var first = git.Commit(("web", "a=1"), ("other", "x=1"));

        (await IsTouchedAsync(first)).ShouldBeTrue("it was never rendered");
        await RenderAsync(first);
        (await IsTouchedAsync(git.Commit(("other", "x=2")))).ShouldBeFalse();
        var second = git.Commit(("web", "a=2"));
        (await IsTouchedAsync(second)).ShouldBeTrue();
        await RenderAsync(second);
        var revert = git.Commit(("web", "a=1"));
        (await IsTouchedAsync(revert)).ShouldBeTrue("it is rendered from memory, but it changes the application");
        await RenderAsync(revert);
        (await IsTouchedAsync(second)).ShouldBeTrue();
        metrics.Renders.ShouldBe(2);
    }
}
