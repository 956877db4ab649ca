using System.Net;
using Plumb.Api;

namespace Plumb.Server.Tests.Api;

/// <summary>Rollback is a commit: Git stays the only place where desired state changes.</summary>
public sealed class RollbackTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ItGivesTheFilesThatTheApplicationReads_TheirOldContent_ByACommitOnTop_AndNothingElse()
    {
        await using var scene = await ServerScene.StartAsync();
        var first = (await scene.Admin.ListRunsAsync("web", 1, Ct))[0];
        await scene.WriteAsync("web/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: red}\n");
        await scene.WriteAsync("web/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n");
        await scene.WriteAsync("web/README.md", "Not read.\n");
        await scene.WriteAsync("docs/page.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\ndata: {text: other}\n");
        var bad = await scene.DeliverAsync("web", "Red");

        var preview = await scene.Admin.PreviewRollbackAsync("web", new RollbackBody { Run = first.Id }, Ct);
        preview.Possible.ShouldBeTrue(preview.Why);
        (preview.Repository, preview.Branch, preview.Head, preview.To).ShouldBe((ServerScene.Repository, "main", bad, first.Revisions[0]));
        preview.Files.Select(f => $"{f.Status} {f.Path}").ShouldBe(["deleted web/more.yaml", "modified web/settings.yaml"]);
        preview.Files[1].Before.ShouldContain("color: red");
        preview.Files[1].After.ShouldContain("color: blue");

        var done = await scene.Admin.RollbackAsync("web", new RollbackBody { Run = first.Id, ExpectedHead = preview.Head, Reason = "red hurts" }, Ct);

        var state = await scene.UntilAsync("web", a => a.Summary.Revision == done.Commit && a.Summary is { Sync: "Synced", Health: "Healthy", Operation: "" });
        state.Resources.ShouldNotContain(r => r.Resource.Name == "more");
        (await scene.Admin.GetResourceAsync("web", new ResourceName("", "ConfigMap", "shop", "settings"), Ct)).Live.ShouldContain("color: blue");
        await ServerScene.GitAsync(scene.Work, "pull", "--quiet");
        (await ServerScene.GitAsync(scene.Work, "log", "-1", "--format=%an|%s|%P")).Trim().ShouldBe($"admin|Roll back web to {first.Revisions[0][..10]}|{bad}");
        (await ServerScene.GitAsync(scene.Work, "log", "-1", "--format=%b")).ShouldContain("red hurts");
        (await ServerScene.GitAsync(scene.Work, "diff", "--name-only", "HEAD~1")).Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["web/more.yaml", "web/settings.yaml"]);
        var entry = (await scene.Admin.ListAuditAsync(new AuditQuery { Action = "rollback" }, Ct)).Items.ShouldHaveSingleItem();
        (entry.Who, entry.Subject, entry.Outcome, entry.Revision).ShouldBe(("admin", "web", "done", done.Commit));
    }

    [Fact]
    public async Task WhatCannotBe_SaysWhyAndWhatToDoInstead()
    {
        await using var scene = await ServerScene.StartAsync();
        var first = (await scene.Admin.ListRunsAsync("web", 1, Ct))[0];

        var nothing = await scene.Admin.PreviewRollbackAsync("web", new RollbackBody { Run = first.Id }, Ct);
        nothing.Possible.ShouldBeFalse();
        nothing.Why.ShouldBe("web is at the commit of that run: there is nothing to take back");

        await scene.WriteAsync("web/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: red}\n");
        var head = await scene.DeliverAsync("web", "Red");
        await scene.WriteAsync("docs/page.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\ndata: {text: new}\n");
        await scene.CommitAsync("Meanwhile");
        var moved = await Should.ThrowAsync<PlumbApiException>(scene.Admin.RollbackAsync("web", new RollbackBody { Run = first.Id, ExpectedHead = head }, Ct));
        moved.Status.ShouldBe(HttpStatusCode.Conflict);
        moved.Message.ShouldContain("the branch main moved meanwhile");
        (await Should.ThrowAsync<PlumbApiException>(scene.Admin.PreviewRollbackAsync("web", new RollbackBody { Run = "nonsense" }, Ct))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task ACommitThatTheServerRefuses_ChangesNothing_AndIsSaid()
    {
        await using var scene = await ServerScene.StartAsync();
        var first = (await scene.Admin.ListRunsAsync("web", 1, Ct))[0];
        await scene.WriteAsync("web/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: red}\n");
        var head = await scene.DeliverAsync("web", "Red");
        var bare = (await ServerScene.GitAsync(scene.Work, "remote", "get-url", "origin")).Trim();
        var hook = Path.Combine(bare, "hooks", "pre-receive");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        await File.WriteAllTextAsync(hook, "#!/bin/sh\necho main is protected >&2\nexit 1\n", Ct);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var refused = await Should.ThrowAsync<PlumbApiException>(scene.Admin.RollbackAsync("web", new RollbackBody { Run = first.Id }, Ct));

        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Message.ShouldContain("the server does not take the commit");
        refused.Message.ShouldContain("by a change request");
        (await ServerScene.GitAsync(scene.Work, "ls-remote", "origin", "main")).ShouldStartWith(head);
    }
}
