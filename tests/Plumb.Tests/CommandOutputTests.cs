using Plumb.Api;
using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary>What each command that speaks to a server writes, against records that a server gives.</summary>
public sealed class CommandOutputTests
{
    /// <summary>Arguments, exit code, and patterns that the output has to hold.</summary>
    public static TheoryData<string, int, string[]> Cases => new()
    {
        { "app list", 0, [@"NAME\s+PROJECT\s+CLUSTER", @"shop\s+retail\s+prod\s+shop\s+OutOfSync\s+Progressing\s+01234567\s+1 of 3 Pods are ready"] },
        { "app list -o json", 0, [@"""name"": ""shop"""] },
        { "app get shop", 0, [@"Source:\s+https://git.example.com/shop.git//deploy@main", @"Sync policy:\s+automated, prune", @"Suspended:\s+suspended by ada: migration by hand"] },
        { "app tree shop", 0, [@"shop\s+Progressing\s+suspended by ada: migration by hand", @"└─ apps/ReplicaSet/shop/web-7d4b9", @"└─ Pod/shop/web-7d4b9-x2k4q\s+Healthy"] },
        { "app history shop", 0, [@"ID\s+STARTED", @"run-7\s+\S+ \S+\s+12.5s\s+01234567\s+Manual\s+ada\s+Succeeded"] },
        { "app run shop run-7", 0, [@"Trigger:\s+Manual, by ada", @"PreSync\s+0\s+batch/Job/shop/migrate \(hook\)\s+Synced\s+the Job succeeded", "shop: Succeeded in 12.5 s at 01234567: all is synced"] },
        { "app run shop run-8", 1, ["shop: Failed"] },
        { "app resource shop deployment/web", 0, [@"Resource:\s+apps/Deployment/shop/web", @"A sync would:\s+update it", @"Differs at:\s+spec.replicas", @"Containers:\s+main"] },
        { "app resource shop Deployment/shop/web --live", 0, ["^spec:\n  replicas: 1\nstatus: {}\n$"] },
        { "app resource shop apps/Deployment/shop/web --manifest", 0, ["^spec:\n  replicas: 3\n$"] },
        { "app resource shop Deployment/web --diff", 1, [@"--- live/apps/Deployment/shop/web\n\+\+\+ git/apps/Deployment/shop/web", "-  replicas: 1\n\\+  replicas: 3"] },
        { "app resource shop Deployment/web -o yaml", 0, ["manifest: "] },
        { "app manifests shop", 0, [@"^---\n# deploy/web.yaml\(1\)\nspec:\n  replicas: 3\n---\n# deploy/service.yaml\(1\)\n"] },
        { "app events shop", 0, [@"LAST\s+COUNT\s+TYPE", @"7\s+Warning\s+BackOff\s+Pod/shop/web-7d4b9-x2k4q\s+Back-off restarting"] },
        { "project list", 0, [@"retail\s+1\s+closed now\s+1\s+All that sells"] },
        { "project get retail", 0, [@"Destinations:\s+prod/shop-\*", @"deny\s+0 18 \* \* 5 Europe/Vienna\s+60h\s+open\s+allowed\s+all applications: no releases", @"deployer\s+developers\s+p, proj:retail:deployer"] },
        { "repo list", 0, [@"https://git.example.com/shop.git\s+git\s+1\s+\S+ ago\s+main=01234567\s+the host cannot be resolved"] },
        { "audit list", 0, [@"ada\s+sync\s+shop\s+refused\s+01234567 no right to sync"] },
        { "account list", 0, [@"ada\s+local\s+enabled\s+yes\s+\S+ ago\s+developers"] },
        { "account can-i applications sync retail/shop", 0, ["^yes\n$"] },
        { "token list", 0, [@"tok-1\s+ci\s+\S+ ago by ada\s+never\s+never\s+pipeline of shop"] },
        { "session list", 0, [@"ses-1 \(this one\)\s+ada\s+local\s.*\s192.0.2.7\s+Firefox"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task ACommand_WritesWhatTheServerSays(string arguments, int code, string[] patterns)
    {
        await using var server = await AnsweringAsync();

        var ended = await server.RunAsync(arguments.Split(' '));

        ended.Code.ShouldBe(code, ended.ToString());
        foreach (var pattern in patterns) ended.Output.ShouldMatch(pattern, ended.ToString());
        ended.Output.ShouldNotContain("\u001b", Case.Sensitive, "there is no terminal");
    }

    [Fact]
    public async Task AppList_AsksTheServerForWhatTheOptionsSay()
    {
        await using var server = await AnsweringAsync();

        var ended = await server.RunAsync(
            "app", "list", "--text", "web shop", "--health", "Degraded", "--health", "Missing", "--sync", "OutOfSync", "--project", "retail", "--cluster", "prod",
            "-l", "team=web", "--attention", "--sort", "-changed");

        ended.Code.ShouldBe(0, ended.ToString());
        server.Requests.Single().Path.ShouldBe(
            "applications?text=web%20shop&health=Degraded%2CMissing&sync=OutOfSync&project=retail&cluster=prod&labels=team%3Dweb&attention=true&sort=-changed&limit=5000");
    }

    [Fact]
    public async Task AppListWatch_WithoutATerminal_WritesALineForEachChange()
    {
        await using var server = await AnsweringAsync();
        server.WithEvents("GET watch", ApiJson.Default.ApplicationChange, new ApplicationChange(ApplicationChange.Present, "shop", Canned.Summary()));

        var ended = await server.RunAsync("app", "list", "--watch");

        ended.Output.ShouldBe("shop  OutOfSync  Progressing  01234567  1 of 3 Pods are ready\n");
        (ended.Code, ended.Error).ShouldBe((2, "plumb: the server ended the watch\n"));
    }

    [Fact]
    public async Task AppGetWatch_AsJson_IsADocumentALine()
    {
        await using var server = await AnsweringAsync();
        server.WithEvents("GET applications/shop/watch", ApiJson.Default.ApplicationDetail, Canned.Detail(), Canned.Detail(Canned.Summary() with { Health = "Healthy" }));

        var ended = await server.RunAsync("app", "get", "shop", "--watch", "-o", "json");

        ended.Output.TrimEnd('\n').Split('\n').Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("summary").GetProperty("health").GetString())
            .ShouldBe(["Progressing", "Healthy"]);
        ended.Code.ShouldBe(1, "the application is gone");
    }

    [Fact]
    public async Task AppSync_WithoutATerminal_TellsProgressInLinesAndEndsWithTheSummary()
    {
        await using var server = await AnsweringAsync();
        server.With("POST applications/shop/sync", Canned.Run(), ApiJson.Default.RunRecord);

        var ended = await server.RunAsync("app", "sync", "shop", "--prune");

        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldContain("shop: Succeeded in 12.5 s at 01234567: all is synced\n");
        ended.Output.ShouldMatch(@"Sync\s+1\s+apps/Deployment/shop/web\s+Synced\s+configured");
        server.Requests.ShouldContain(r => r.Method == "POST" && r.Body.Contains("\"prune\":true"));
    }

    [Fact]
    public async Task AppWait_SaysWhereItGot()
    {
        await using var server = await AnsweringAsync();
        server.WithEvents(
            "GET applications/shop/watch", ApiJson.Default.ApplicationDetail,
            Canned.Detail(), Canned.Detail(Canned.Summary() with { Sync = "Synced", Health = "Healthy", HealthMessage = "" }));

        var ended = await server.RunAsync("app", "wait", "shop");

        ended.ShouldBe(new Ended(0, "", "shop: OutOfSync, Progressing  1 of 3 Pods are ready\nshop: Synced, Healthy\n"));
    }

    [Fact]
    public async Task Logs_OfAllPods_AreOneLogByTime_EachLineAfterItsPodAndContainer()
    {
        await using var server = await AnsweringAsync();
        server.WithLines(
            "GET applications/shop/logs", ApiJson.Default.LogLine,
            new LogLine("web-1", "main", Canned.Then, "first"),
            new LogLine("web-1", "main", Canned.Then.AddSeconds(2), "third"),
            new LogLine("web-2", "proxy", Canned.Then.AddSeconds(1), "second"));

        var ended = await server.RunAsync("app", "logs", "shop", "--tail", "50", "--container", "main", "--previous");

        ended.ShouldBe(new Ended(0, "web-1/main first\nweb-2/proxy second\nweb-1/main third\n", ""));
        server.Requests.Last().Path.ShouldBe("applications/shop/logs?group=apps&kind=Deployment&namespace=shop&name=web&container=main&tail=50&previous=true");
    }

    [Fact]
    public async Task Logs_ThatAreFollowed_AreWrittenAsTheyCome()
    {
        await using var server = await AnsweringAsync();
        server.WithLines("GET applications/shop/logs", ApiJson.Default.LogLine, new LogLine("web-1", "main", null, "hello"));

        var ended = await server.RunAsync("app", "logs", "shop", "--resource", "pod/web-7d4b9-x2k4q", "-f", "--since", "10m", "-o", "json");

        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldBe("{\"pod\":\"web-1\",\"container\":\"main\",\"at\":null,\"text\":\"hello\"}\n");
        server.Requests.Last().Path.ShouldMatch(@"logs\?kind=Pod&namespace=shop&name=web-7d4b9-x2k4q&tail=200&since=[^&]+&follow=true$");
    }

    [Fact]
    public async Task AResourceThatCouldBeSeveral_IsAskedForInFull()
    {
        await using var server = await AnsweringAsync();
        server.With(
            "GET applications/shop/tree",
            (IReadOnlyList<TreeRecord>)[.. Canned.Tree, new TreeRecord(Canned.Web with { Namespace = "staging" }, null, "Healthy", "", null)], ApiJson.Default.IReadOnlyListTreeRecord);

        var ended = await server.RunAsync("app", "resource", "shop", "Deployment/web");

        ended.ShouldBe(new Ended(2, "", "plumb: Deployment/web may mean apps/Deployment/shop/web or apps/Deployment/staging/web: write more of it\n"));
    }

    [Fact]
    public async Task Rollback_ShowsTheCommit_AndWritesItOntoTheHeadThatWasShown()
    {
        await using var server = await AnsweringAsync();

        var ended = await server.RunAsync("app", "rollback", "shop", "run-5", "--reason", "orders fail", "--yes");

        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldContain("    Take shop back to run-5\n\n    Asked for by ada.\n");
        ended.Output.ShouldContain("modified deploy/web.yaml\n--- a/deploy/web.yaml\n+++ b/deploy/web.yaml\n@@ -1 +1 @@\n-replicas: 3\n+replicas: 2\n");
        ended.Error.ShouldContain("commit aaaaaaaa is on main");
        server.Requests.Select(r => r.Path).ShouldBe(["applications/shop/rollback/preview", "applications/shop/rollback"]);
        server.Requests[1].Body.ShouldBe($$"""{"run":"run-5","expectedHead":"{{Canned.Commit}}","reason":"orders fail"}""");
    }

    [Fact]
    public async Task Rollback_DryRun_WritesNothing()
    {
        await using var server = await AnsweringAsync();

        var ended = await server.RunAsync("app", "rollback", "shop", "run-5", "--dry-run");

        ended.Code.ShouldBe(0, ended.ToString());
        server.Requests.Single().Path.ShouldBe("applications/shop/rollback/preview");
    }

    [Fact]
    public async Task Rollback_ThatCannotBe_SaysWhy()
    {
        await using var server = await AnsweringAsync();
        server.With("POST applications/shop/rollback/preview", Canned.Rollback with { Possible = false, Why = "the run had two sources" }, ApiJson.Default.RollbackRecord);

        var ended = await server.RunAsync("app", "rollback", "shop", "run-5", "--yes");

        ended.ShouldBe(new Ended(1, "", "plumb: shop cannot be taken back to run-5: the run had two sources\n"));
    }

    [Fact]
    public async Task Rollback_OfABranchThatMoved_IsANo()
    {
        await using var server = await AnsweringAsync();
        server.Refusing("POST applications/shop/rollback", 409, "the branch main moved meanwhile");

        var ended = await server.RunAsync("app", "rollback", "shop", "run-5", "--yes");

        (ended.Code, ended.Error).ShouldBe((1, "plumb: the branch main moved meanwhile\n"));
    }

    [Fact]
    public async Task Suspend_SaysWhyAndUntilWhen()
    {
        await using var server = await AnsweringAsync();

        var ended = await server.RunAsync("app", "suspend", "shop", "--reason", "migration by hand", "--until", "2099-01-02T03:04:05Z");

        ended.Code.ShouldBe(0, ended.ToString());
        server.Requests.Single().Body.ShouldBe("""{"reason":"migration by hand","until":"2099-01-02T03:04:05+00:00"}""");
        (await server.RunAsync("app", "resume", "shop")).Error.ShouldBe("shop is resumed\n");
    }

    [Theory]
    [InlineData("--for and --until", "--for", "2h", "--until", "2099-01-01")]
    [InlineData("is over already", "--until", "2001-01-01")]
    [InlineData("is not a point in time", "--until", "soon")]
    public async Task Suspend_UntilATimeThatCannotBe_IsRefused(string words, params string[] arguments)
    {
        await using var server = await AnsweringAsync();

        var ended = await server.RunAsync(["app", "suspend", "shop", "--reason", "x", .. arguments]);

        ended.Code.ShouldBe(2, ended.ToString());
        ended.Error.ShouldContain(words);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task TokenCreate_PrintsTheSecretAlone()
    {
        await using var server = await AnsweringAsync();

        var ended = await server.RunAsync("token", "create", "ci", "--description", "pipeline", "--no-expiry");

        ended.Output.ShouldBe("s3cr3t-of-ci\n");
        ended.Error.ShouldBe("token tok-1 for ci, valid until it is revoked; this is its secret, which is not shown again:\n");
        server.Requests.Single().Body.ShouldBe("""{"subject":"ci","description":"pipeline","expiresAt":null}""");
    }

    [Fact]
    public async Task AuditList_ReadsPagesUpToItsLimit()
    {
        await using var server = await AnsweringAsync();
        server
            .With("GET audit?who=ada&limit=3", new Page<AuditRecord>([Canned.Audit("3"), Canned.Audit("2")], 9, "2"), ApiJson.Default.PageAuditRecord)
            .With("GET audit?who=ada&limit=1&after=2", new Page<AuditRecord>([Canned.Audit("1")], 9, "1"), ApiJson.Default.PageAuditRecord);

        var ended = await server.RunAsync("audit", "list", "--who", "ada", "--limit", "3");

        ended.Output.Split('\n').Count(l => l.Contains("refused")).ShouldBe(3, ended.ToString());
        ended.Error.ShouldBe("the newest 3 of 9; --limit shows more\n");
    }

    [Fact]
    public async Task AuditList_Since_IsATimeBeforeNow()
    {
        await using var server = await AnsweringAsync();

        (await server.RunAsync("audit", "list", "--since", "7d")).Code.ShouldBe(0);

        var since = DateTimeOffset.Parse(Uri.UnescapeDataString(server.Requests.Single().Path.Split("since=")[1].Split('&')[0]), System.Globalization.CultureInfo.InvariantCulture);
        (TimeProvider.System.GetUtcNow() - since).TotalDays.ShouldBe(7, tolerance: 0.01);
    }

    [Fact]
    public async Task AccountCommands_SendWhatIsAsked_AndPasswordsComeFromTheInputOnly()
    {
        await using var server = await AnsweringAsync();
        server
            .With("POST accounts", Canned.Account, ApiJson.Default.AccountRecord)
            .With("PATCH accounts/ada", Canned.Account, ApiJson.Default.AccountRecord)
            .With("GET session", new SessionRecord { Name = "ada", SignIn = true }, ApiJson.Default.SessionRecord)
            .Without("PUT accounts/ada/password")
            .Without("DELETE accounts/ada");
        Task<Ended> Account(string input, params string[] arguments) =>
            PlumbProcess.RunAsync(new Call(["account", .. arguments, "--server", server.Url]) { Input = input });

        var made = await Account("correct horse battery\n", "create", "ada", "--group", "developers", "--password-stdin");
        var changed = await Account("correct horse battery\nanother horse entirely\n", "password", "--password-stdin");
        (await Account("", "disable", "ada")).Error.ShouldBe("ada may not sign in any more\n");
        (await Account("", "delete", "ada", "--yes")).Error.ShouldBe("the account ada is deleted\n");

        made.ShouldBe(new Ended(0, "", "the account ada is made\n"));
        changed.ShouldBe(new Ended(0, "", "ada has a new password; other sessions of ada are ended\n"));
        server.Requests.Select(r => (r.Method, r.Body)).ShouldBe(
        [
            ("POST", """{"name":"ada","password":"correct horse battery","groups":["developers"]}"""),
            ("GET", ""),
            ("PUT", """{"present":"correct horse battery","password":"another horse entirely"}"""),
            ("PATCH", """{"enabled":false,"groups":null}"""),
            ("DELETE", ""),
        ]);
    }

    [Fact]
    public async Task CanI_AnswersNoByItsExitCode()
    {
        await using var server = await AnsweringAsync();
        server.With("POST permissions", (IReadOnlyList<bool>)[false], ApiJson.Default.IReadOnlyListBoolean);

        (await server.RunAsync("account", "can-i", "clusters", "create")).ShouldBe(new Ended(1, "no\n", ""));
        server.Requests.Single().Body.ShouldBe("""[{"resource":"clusters","action":"create","subject":"*"}]""");
    }

    [Fact]
    public async Task TokensSessionsAndRepositories_AreRevokedEndedAndFetched()
    {
        await using var server = await AnsweringAsync();
        server.Without("DELETE tokens/tok-1").Without("DELETE sign-ins/ses-1").Without("POST push");

        (await server.RunAsync("token", "revoke", "tok-1")).Error.ShouldBe("the token tok-1 is revoked\n");
        (await server.RunAsync("session", "end", "ses-1")).Error.ShouldBe("the session ses-1 is ended\n");
        (await server.RunAsync("repo", "refresh", "https://git.example.com/shop.git")).Code.ShouldBe(0);

        server.Requests[2].Body.ShouldBe("""{"repository":"https://git.example.com/shop.git"}""");
    }

    private static async Task<CannedServer> AnsweringAsync()
    {
        var json = ApiJson.Default;
        var suspended = Canned.Detail(Canned.Summary() with { Suspension = Canned.Suspension });
        return (await CannedServer.StartAsync())
            .With("GET applications", new Page<ApplicationSummary>([Canned.Summary()], 1, null), json.PageApplicationSummary)
            .With("GET applications/shop", suspended, json.ApplicationDetail)
            .With("GET applications/shop/tree", Canned.Tree, json.IReadOnlyListTreeRecord)
            .With("GET applications/shop/runs", (IReadOnlyList<RunRecord>)[Canned.Run()], json.IReadOnlyListRunRecord)
            .With("GET applications/shop/runs/run-7", Canned.Run(), json.RunRecord)
            .With("GET applications/shop/runs/run-8", Canned.Run("Failed"), json.RunRecord)
            .With("GET applications/shop/resource?group=apps&kind=Deployment&namespace=shop&name=web", Canned.Resource, json.ResourceDetail)
            .With(
                "GET applications/shop/manifests",
                (IReadOnlyList<ManifestRecord>)
                [
                    new ManifestRecord(Canned.Web, "spec:\n  replicas: 3\n", 1, "", "deploy/web.yaml(1)"), new ManifestRecord(Canned.Service, "spec: {}\n", 0, "", "deploy/service.yaml(1)"),
                ],
                json.IReadOnlyListManifestRecord)
            .With(
                "GET applications/shop/events",
                (IReadOnlyList<EventRecord>)[new EventRecord(Canned.Pod, "Warning", "BackOff", "Back-off restarting failed container", 7, Canned.Then, Canned.Then, "kubelet")],
                json.IReadOnlyListEventRecord)
            .With("POST applications/shop/rollback/preview", Canned.Rollback, json.RollbackRecord)
            .With("POST applications/shop/rollback", Canned.Rollback with { Commit = new string('a', 40) }, json.RollbackRecord)
            .With("GET applications/shop/deletion", Canned.Deletion, json.DeletionRecord)
            .With("PUT applications/shop/suspension", suspended, json.ApplicationDetail)
            .With("DELETE applications/shop/suspension", Canned.Detail(), json.ApplicationDetail)
            .With("GET projects", (IReadOnlyList<ProjectRecord>)[Canned.Project], json.IReadOnlyListProjectRecord)
            .With("GET projects/retail", Canned.Project, json.ProjectRecord)
            .With("GET repositories", (IReadOnlyList<RepositoryRecord>)[Canned.Repository], json.IReadOnlyListRepositoryRecord)
            .With("GET audit", new Page<AuditRecord>([Canned.Audit("1")], 1, null), json.PageAuditRecord)
            .With("GET accounts", (IReadOnlyList<AccountRecord>)[Canned.Account], json.IReadOnlyListAccountRecord)
            .With("POST permissions", (IReadOnlyList<bool>)[true], json.IReadOnlyListBoolean)
            .With("GET tokens", (IReadOnlyList<TokenRecord>)[Canned.Token], json.IReadOnlyListTokenRecord)
            .With("POST tokens", new NewTokenRecord(Canned.Token, "s3cr3t-of-ci"), json.NewTokenRecord)
            .With("GET sign-ins", (IReadOnlyList<SignInRecord>)[Canned.SignIn], json.IReadOnlyListSignInRecord);
    }
}
