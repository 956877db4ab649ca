using System.Net;
using Plumb.Api;

namespace Plumb.Server.Tests.Api;

/// <summary>What Git states of an application's resources, and what is live of them, as a person sees it.</summary>
public sealed class LiveTests : IAsyncLifetime
{
    private static readonly ResourceName Settings = new("", "ConfigMap", "shop", "settings");
    private static readonly ResourceName Web = new("apps", "Deployment", "shop", "web");

    private ServerScene _scene = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _scene = await ServerScene.StartAsync();

    public async ValueTask DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task AResource_IsShownWithManifestLiveAndDifference()
    {
        await _scene.Admin.SuspendAsync("web", new SuspendBody { Reason = "to look at drift" }, Ct);
        await _scene.EditAsync("/api/v1/namespaces/shop/configmaps/settings", """{"data":{"color":"green"}}""");
        await _scene.UntilAsync("web", a => a.Summary.Sync == "OutOfSync");

        var shown = await _scene.Admin.GetResourceAsync("web", Settings, Ct);

        (shown.Stated, shown.Sync, shown.Action, shown.Origin).ShouldBe((true, "OutOfSync", "Update", "web/settings.yaml(1,1)"));
        shown.Fields.ShouldBe([".data.color"]);
        shown.LiveCompared.ShouldContain("color: green");
        shown.DesiredCompared.ShouldContain("color: blue");
        shown.Live.ShouldContain("resourceVersion:");
        shown.Manifest.ShouldContain("color: blue");
        shown.Manifest.ShouldNotContain("resourceVersion");
    }

    [Fact]
    public async Task ASecret_IsMaskedEverywhere()
    {
        var secret = await _scene.Admin.GetResourceAsync("web", new ResourceName("", "Secret", "shop", "login"), Ct);
        var texts = new[] { secret.Live, secret.Manifest, secret.LiveCompared, secret.DesiredCompared }
            .Concat((await _scene.Admin.ListManifestsAsync("web", Ct)).Select(m => m.Yaml)).ToList();

        secret.Live.ShouldContain("key: ++++++++");
        foreach (var text in texts)
        {
            text.ShouldNotContain("hunter2");
            text.ShouldNotContain(Convert.ToBase64String("hunter2-hunter2"u8));
        }
    }

    [Fact]
    public async Task WhatAResourceOwns_IsShownToo_AndNothingElseOfTheCluster()
    {
        var tree = await _scene.Admin.GetTreeAsync("web", Ct);
        var pod = tree.First(t => t.Resource.Kind == "Pod");

        var shown = await _scene.Admin.GetResourceAsync("web", pod.Resource, Ct);
        shown.Stated.ShouldBeFalse();
        shown.Owner!.Kind.ShouldBe("ReplicaSet");
        shown.Live.ShouldContain("phase: Running");
        shown.Containers.ShouldBe(["nginx"]);

        var other = await Should.ThrowAsync<PlumbApiException>(_scene.Admin.GetResourceAsync("web", new ResourceName("", "ConfigMap", "default", "page"), Ct));
        other.Status.ShouldBe(HttpStatusCode.NotFound);
        other.Message.ShouldContain("is no resource of web");
    }

    [Fact]
    public async Task Events_OfAResource_AreThoseOfWhatItOwnsToo()
    {
        var events = await UntilEventsAsync(Web, all => all.Any(e => e.Resource.Kind == "Pod" && e.Reason == "Started"));

        events.ShouldContain(e => e.Resource == Web && e.Reason == "ScalingReplicaSet" && e.Type == "Normal");
        events.ShouldAllBe(e => e.LastAt != null && e.Count >= 1);
        events.Select(e => e.LastAt).ShouldBe(events.Select(e => e.LastAt).OrderDescending());
        (await _scene.Admin.ListEventsAsync("web", Settings, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Logs_OfADeployment_AreThoseOfItsPods_AndFollowGoesOn()
    {
        var lines = new List<LogLine>();
        await foreach (var line in _scene.Admin.ReadLogAsync("web", new LogQuery { Resource = Web, Tail = 1 }, Ct)) lines.Add(line);
        lines.Count.ShouldBe(2);
        lines.Select(l => l.Pod).Distinct().Count().ShouldBe(2);
        lines.ShouldAllBe(l => l.Container == "nginx" && l.Text == "nginx: ready" && l.At != null);

        var pod = (await _scene.Admin.GetTreeAsync("web", Ct)).First(t => t.Resource.Kind == "Pod").Resource;
        await using var following = _scene.Admin.ReadLogAsync("web", new LogQuery { Resource = pod, Follow = true }, Ct).GetAsyncEnumerator(Ct);
        (await following.MoveNextAsync()).ShouldBeTrue();
        following.Current.Text.ShouldContain("the sandbox runs no containers");
    }

    [Fact]
    public async Task Logs_OfWhatHasNone_AndOutOfRange_AreRefusedInWords()
    {
        (await FailureAsync(new LogQuery { Resource = Settings })).Message.ShouldContain("has no Pods");
        (await FailureAsync(new LogQuery { Resource = Web, Container = "nobody" })).Message.ShouldContain("no Pod of it has a container nobody");
        (await FailureAsync(new LogQuery { Resource = Web, Tail = 1_000_000 })).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task ADeletion_SaysWhatWouldGo_WhatStays_AndThatItComesBack()
    {
        var preview = await _scene.Admin.PreviewDeletionAsync("web", cascade: true, Ct);
        preview.Deleted.Select(d => d.Kind).Order().ShouldBe(["ConfigMap", "Deployment", "Secret"]);
        preview.Kept.ShouldHaveSingleItem().Resource.Kind.ShouldBe("Namespace");
        preview.Note.ShouldContain("root states it in Git (root/apps.yaml");

        var without = await _scene.Admin.PreviewDeletionAsync("web", cascade: false, Ct);
        without.Deleted.ShouldBeEmpty();
        without.Kept.Count.ShouldBe(4);
        (await _scene.Admin.PreviewDeletionAsync("root", cascade: true, Ct)).Applications.ShouldBe(["docs", "web"]);
    }

    [Fact]
    public async Task Events_AreFoundAmongVeryManyOfOthersInTheNamespace()
    {
        await UntilEventsAsync(Web, all => all.Any(e => e.Reason == "ScalingReplicaSet"));
        // By name they come before those that the cluster makes.
        await _scene.CreateAsync("/api/v1/namespaces/shop/events", Enumerable.Range(0, 5100).Select(i => $$"""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"a{{i}}","namespace":"shop"},"reason":"Noise","type":"Normal",
             "involvedObject":{"apiVersion":"v1","kind":"Pod","namespace":"shop","name":"other"} }
            """));

        var events = await _scene.Admin.ListEventsAsync("web", Web, Ct);

        events.ShouldContain(e => e.Resource == Web && e.Reason == "ScalingReplicaSet");
        events.ShouldNotContain(e => e.Reason == "Noise");
    }

    private async Task<PlumbApiException> FailureAsync(LogQuery query) => await Should.ThrowAsync<PlumbApiException>(async () =>
    {
        await foreach (var _ in _scene.Admin.ReadLogAsync("web", query, Ct))
        {
        }
    });

    private async Task<IReadOnlyList<EventRecord>> UntilEventsAsync(ResourceName resource, Func<IReadOnlyList<EventRecord>, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var events = await _scene.Admin.ListEventsAsync("web", resource, limit.Token);
            if (condition(events)) return events;
        }
    }
}
