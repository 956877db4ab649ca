using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests;

/// <summary>An application whose kustomization uses another repository, delivered to the sandbox.</summary>
public sealed class RemoteBaseTests
{
    private const string BaseUrl = "https://git.example.com/platform/base.git";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ABase_IsDelivered_AndFollowedWhenItsBranchMoves_AndHeldWhenItIsAway()
    {
        await using var scene = await Scene.CreateAsync();
        var shared = await BaseAsync(scene, "1");
        await scene.Git.WriteAsync(
            Ct, ("web/kustomization.yaml", $"namePrefix: web-\nresources:\n- {BaseUrl}//deploy?ref=stable\n"), ("plain/a.yaml", Yaml.ConfigMap("plain", "1")));
        await scene.StartAsync(Scene.Application("web", "web"), Scene.Application("plain", "plain"));
        await scene.UntilReadyAsync("web");
        await scene.UntilReadyAsync("plain");
        (await ValueAsync(scene)).ShouldBe("1");

        await shared.WriteAsync(Ct, ("deploy/settings.yaml", Yaml.ConfigMap("settings", "2")));
        scene.Engine.Source.Refresh(BaseUrl);
        await UntilValueAsync(scene, "2");

        // What the base's commit does not touch is not rendered anew.
        var renders = scene.Reconciler.Metrics.Renders;
        await shared.WriteAsync(Ct, ("README.md", "nothing of the kustomization's\n"));
        scene.Engine.Source.Refresh(BaseUrl);
        var commit = await scene.Git.WriteAsync(Ct, ("README.md", "nothing either\n"));
        scene.Push();
        await scene.UntilReadyAsync("web", commit);
        scene.Reconciler.Metrics.Renders.ShouldBe(renders);

        Directory.Move(shared.Folder, shared.Folder + ".gone");
        scene.Engine.Source.Refresh(BaseUrl);
        await scene.UntilAsync("web", s => s.Conditions.Any(c => c.Message.Contains("base.git", StringComparison.Ordinal)));
        scene.Reconciler.Find("plain")!.Conditions.ShouldBeEmpty();
        await scene.KubectlAsync("delete", "configmap", "web-settings");
        await UntilValueAsync(scene, "2");

        Directory.Move(shared.Folder + ".gone", shared.Folder);
        await shared.WriteAsync(Ct, ("deploy/settings.yaml", Yaml.ConfigMap("settings", "3")));
        scene.Engine.Source.Refresh(BaseUrl);
        await UntilValueAsync(scene, "3");
        await scene.UntilAsync("web", s => s.IsReady && s.Conditions.Count == 0);
    }

    [Fact]
    public async Task ABaseThatNobodyHas_IsACondition_AndTheLastGoodStateStands()
    {
        await using var scene = await Scene.CreateAsync();
        await BaseAsync(scene, "1");
        await scene.Git.WriteAsync(Ct, ("web/kustomization.yaml", $"namePrefix: web-\nresources:\n- {BaseUrl}//deploy?ref=stable\n"));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        await scene.Git.WriteAsync(Ct, ("web/kustomization.yaml", $"namePrefix: web-\nresources:\n- {BaseUrl}//deploy?ref=stbale\n"));
        scene.Push();
        await scene.UntilAsync("web", s => s.Conditions.Any(c => c.Message.StartsWith(
            $"web/kustomization.yaml(3,3): the base {BaseUrl}//deploy?ref=stbale cannot be had: ", StringComparison.Ordinal)));
        await scene.KubectlAsync("delete", "configmap", "web-settings");
        await UntilValueAsync(scene, "1");
    }

    [Fact]
    public async Task TheProject_HasToAllowTheBase()
    {
        await using var scene = await Scene.CreateAsync();
        await BaseAsync(scene, "1");
        await scene.Git.WriteAsync(Ct, ("web/kustomization.yaml", $"resources:\n- {BaseUrl}//deploy?ref=stable\n"));
        await scene.StartAsync();
        await scene.Reconciler.StartAsync(
            [Scene.Application("web", "web") with { Project = "narrow" }],
            [ProjectSpec.AllowAll with { Name = "narrow", SourceRepos = [Scene.PublicUrl] }],
            Ct);
        await scene.UntilAsync("web", s => s.Conditions.Any(c => c.Type == Condition.ComparisonError
            && c.Message == $"repositories {BaseUrl} are not permitted in project 'narrow': add them to sourceRepos"));
        (await scene.KubectlAsync("get", "configmap", "settings", "--ignore-not-found", "-o", "name")).ShouldBeEmpty();
    }

    private static async Task<GitRepository> BaseAsync(Scene scene, string value)
    {
        var shared = await GitRepository.CreateAsync(Path.Combine(scene.Folder, "base"), Ct);
        scene.RepositoryMap = [$"{BaseUrl}={shared.Folder}"];
        await shared.WriteAsync(Ct, ("README.md", "base\n"));
        await shared.GitAsync(Ct, "checkout", "--quiet", "-b", "stable");
        await shared.WriteAsync(
            Ct, ("deploy/kustomization.yaml", "resources: [settings.yaml]\n"), ("deploy/settings.yaml", Yaml.ConfigMap("settings", value)));
        return shared;
    }

    private static async Task<string> ValueAsync(Scene scene) =>
        await scene.KubectlAsync("get", "configmap", "web-settings", "--ignore-not-found", "-o", "jsonpath={.data.key}");

    private static async Task UntilValueAsync(Scene scene, string value)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await ValueAsync(scene) != value) (await looks.WaitForNextTickAsync(deadline.Token)).ShouldBeTrue();
    }
}
