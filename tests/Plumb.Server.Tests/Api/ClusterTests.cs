using System.Net;
using System.Text;
using Plumb.Api;
using Plumb.Sandbox;

namespace Plumb.Server.Tests.Api;

/// <summary>Clusters through the API: two sandboxes, one that Plumb runs beside and one to add.</summary>
public sealed class ClusterTests
{
    private const string Policy = """
        g, admins, role:admin
        g, ops, role:ops
        p, role:ops, clusters, *, *, allow
        g, shop, role:shop
        p, role:shop, clusters, get, *, allow
        p, role:shop, clusters, create, shop/*, allow
        p, role:shop, clusters, update, shop/*, allow
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AKubeconfig_IsChecked_Added_Labelled_AndRemoved()
    {
        await using var scene = await ServerScene.StartAsync();
        await using var other = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var body = new ClusterBody { Name = "prod", Kubeconfig = other.Kubeconfig, Labels = new Dictionary<string, string> { ["env"] = "prod" } };

        var check = await scene.Admin.CheckClusterAsync(body with { Name = "" }, Ct);
        (check.Server, check.Credentials, check.Fault, check.Context).ShouldBe((other.Url.ToString().TrimEnd('/'), "a token", null, check.Contexts.ShouldHaveSingleItem()));
        check.Version.ShouldStartWith("v1.");
        (await scene.Admin.ListClustersAsync(Ct)).ShouldHaveSingleItem().Source.ShouldBe("Kubeconfig");

        var added = await scene.Admin.AddClusterAsync(body, Ct);
        (added.Name, added.Server, added.Source, added.Origin).ShouldBe(("prod", check.Server, "Secret", "Secret argocd/cluster-prod"));
        added.Labels.ShouldBe(new Dictionary<string, string> { ["env"] = "prod" });

        var changed = await scene.Admin.ChangeClusterAsync("prod", new ClusterPatch { Labels = new Dictionary<string, string?> { ["env"] = null, ["region"] = "north" } }, Ct);
        changed.Labels.ShouldBe(new Dictionary<string, string> { ["region"] = "north" });

        await scene.Admin.RemoveClusterAsync("prod", force: false, Ct);
        (await scene.Admin.ListClustersAsync(Ct)).ShouldHaveSingleItem().Name.ShouldBe("in-cluster");
        (await Should.ThrowAsync<PlumbApiException>(scene.Admin.RemoveClusterAsync("prod", force: false, Ct))).Status.ShouldBe(HttpStatusCode.NotFound);

        var audit = await scene.Admin.ListAuditAsync(new AuditQuery(), Ct);
        audit.Items.Where(e => e.Subject == "prod").Select(e => (e.Action, e.Outcome)).Reverse()
            .ShouldBe([("cluster.add", "done"), ("cluster.change", "done"), ("cluster.remove", "done")]);
    }

    [Fact]
    public async Task AddingTheSameAgain_ChangesNothing_AndAnotherOfThatNameOrAddressIsRefused()
    {
        await using var scene = await ServerScene.StartAsync();
        await using var other = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var body = new ClusterBody { Name = "prod", Kubeconfig = other.Kubeconfig };
        await scene.Admin.AddClusterAsync(body, Ct);
        var before = scene.Sandbox.Objects.Get("", "Secret", "argocd", "cluster-prod")!.ResourceVersion;

        (await scene.Admin.AddClusterAsync(body, Ct)).Name.ShouldBe("prod");
        scene.Sandbox.Objects.Get("", "Secret", "argocd", "cluster-prod")!.ResourceVersion.ShouldBe(before);

        var name = await Should.ThrowAsync<PlumbApiException>(scene.Admin.AddClusterAsync(body with { Project = "shop" }, Ct));
        (name.Status, name.Message).ShouldBe((HttpStatusCode.Conflict, "there is a cluster prod already (Secret argocd/cluster-prod); replace it to put this one in its place"));
        var address = await Should.ThrowAsync<PlumbApiException>(scene.Admin.AddClusterAsync(body with { Name = "staging" }, Ct));
        address.Status.ShouldBe(HttpStatusCode.Conflict);
        address.Message.ShouldContain("is the cluster prod already");

        (await scene.Admin.AddClusterAsync(body with { Project = "shop", Replace = true }, Ct)).Project.ShouldBe("shop");
    }

    [Fact]
    public async Task AClusterThatDoesNotAnswer_IsAddedOnlyWhenThatIsAskedFor()
    {
        await using var scene = await ServerScene.StartAsync();
        var body = new ClusterBody { Name = "dark", Server = "https://127.0.0.1:1", Config = """{"bearerToken":"hush-hush-hush"}""" };

        (await scene.Admin.CheckClusterAsync(body, Ct)).Fault!.ShouldStartWith("cannot reach 127.0.0.1:1");
        var refused = await Should.ThrowAsync<PlumbApiException>(scene.Admin.AddClusterAsync(body, Ct));
        (refused.Status, refused.Message.Contains("hush", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.BadGateway, false));

        (await scene.Admin.AddClusterAsync(body with { NoCheck = true }, Ct)).Server.ShouldBe("https://127.0.0.1:1");
    }

    [Fact]
    public async Task CredentialsThatAreRefused_AreSaidToBe()
    {
        await using var scene = await ServerScene.StartAsync();
        await using var other = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var kubeconfig = other.Kubeconfig.Replace(other.Token, "another-token", StringComparison.Ordinal);

        (await scene.Admin.CheckClusterAsync(new ClusterBody { Name = "", Kubeconfig = kubeconfig }, Ct)).Fault!.ShouldStartWith("it refuses the credentials");
    }

    [Fact]
    public async Task WhatAKubeconfigNamesOnPlumbsMachine_IsNotRead()
    {
        (string Cluster, string User, string Fault)[] cases =
        [
            ("certificate-authority: /etc/hostname", "token: x", "names a file as its certificate-authority"),
            ("insecure-skip-tls-verify: true", "tokenFile: /etc/hostname", "names a file as its tokenFile"),
            ("insecure-skip-tls-verify: true", "client-certificate: /etc/hostname, client-key: /etc/hostname", "names a file as its client-certificate"),
            ("insecure-skip-tls-verify: true", "exec: {command: ./bin/login, apiVersion: client.authentication.k8s.io/v1}", "names a file as its exec command"),
            ("insecure-skip-tls-verify: true", "token: x, as: root", "acts as another user"),
        ];
        await using var scene = await ServerScene.StartAsync(signIn: false);
        foreach (var (cluster, user, fault) in cases)
        {
            var kubeconfig = $$"""
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u} }]
                clusters: [{name: c, cluster: { server: "https://127.0.0.1:1", {{cluster}} } }]
                users: [{name: u, user: { {{user}} } }]
                """;

            var refused = await Should.ThrowAsync<PlumbApiException>(scene.Admin.AddClusterAsync(new ClusterBody { Name = "x", Kubeconfig = kubeconfig, NoCheck = true }, Ct));

            refused.Status.ShouldBe(HttpStatusCode.BadRequest);
            refused.Message.ShouldContain(fault);
        }
    }

    [Fact]
    public async Task WhatCannotBeUsed_IsSaid_AndNoSecretIsRepeated()
    {
        (string Body, string Fault)[] cases =
        [
            ("""{"name":"x","kubeconfig":"users: [{user: {token: hunter2-hunter2}}"}""", "cannot be read as YAML"),
            ("""{"name":"x","kubeconfig":"token: hunter2-hunter2"}""", "has no contexts"),
            ("""{"name":"x","kubeconfig":"a: b","config":"{\"bearerToken\":\"hunter2-hunter2\"}"}""", "give one or the other"),
            ("""{"name":"x","server":"https://127.0.0.1:1","config":"hunter2-hunter2"}""", "its config is not JSON"),
            ("""{"name":"x","server":"https://127.0.0.1:1","config":"{\"bearerToken\":\"hunter2-hunter2\\nEvil: yes\"}"}""", "no token has"),
            ("""{"name":"x","server":"https://me:hunter2-hunter2@127.0.0.1:1"}""", "do not belong in an address"),
            ("""{"name":"x","server":"ftp://127.0.0.1"}""", "is not an http or https address"),
            ("""{"name":"x y","server":"https://127.0.0.1:1"}""", "is no name for a cluster"),
            ("""{"name":"x","server":"https://127.0.0.1:1","project":"shop/https:"}""", "is no name for a project"),
            ("""{"name":"x","server":"https://127.0.0.1:1","namespaces":["a,b"]}""", "is no name for a namespace"),
            ("""{"name":"x","server":"https://127.0.0.1:1","labels":{"a":null}}""", "is not a label"),
            ($$"""{"name":"x","kubeconfig":"{{new string('a', 2_000_000)}}"}""", "more than"),
            ($$"""{"name":"{{new string('a', 300)}}","server":"https://127.0.0.1:1"}""", "may have 253 characters"),
        ];
        await using var scene = await ServerScene.StartAsync(signIn: false);
        foreach (var (body, fault) in cases)
        {
            foreach (var address in (string[])["api/v1/clusters", "api/v1/clusters/check"])
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var answer = await scene.Http(null).PostAsync(new Uri(address, UriKind.Relative), content, Ct);

                var text = await answer.Content.ReadAsStringAsync(Ct);
                answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
                text.ShouldContain(fault);
                text.ShouldNotContain("hunter2");
            }
        }

        (await scene.Admin.ListClustersAsync(Ct)).Count.ShouldBe(1);
        (await scene.Admin.ListAuditAsync(new AuditQuery(), Ct)).Items.ShouldAllBe(e => !e.Detail.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIsStatedElsewhere_IsNotChangedHere()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.WriteAsync("root/cluster.yaml", """
            apiVersion: plumb.dev/v1
            kind: Cluster
            metadata: {name: north, labels: {env: prod}}
            spec:
              server: https://127.0.0.1:1
              credentials: {exec: {command: "true"}}
            """);
        await scene.CommitAsync("A cluster");
        await scene.Admin.PushedAsync(ServerScene.Repository, Ct);
        var cluster = await ServerScene.EventuallyAsync(
            async ct => (await scene.Admin.ListClustersAsync(ct)).FirstOrDefault(c => c.Name == "north"), () => "the cluster of Git is not known");

        (cluster.Source, cluster.Origin.StartsWith("Git, root/cluster.yaml(1", StringComparison.Ordinal)).ShouldBe(("Git", true), cluster.Origin);
        var labels = new ClusterPatch { Labels = new Dictionary<string, string?> { ["env"] = "test" } };
        foreach (var (name, origin) in ((string, string)[])[("north", "Git, root/cluster.yaml"), ("in-cluster", "kubeconfig ")])
        {
            var change = await Should.ThrowAsync<PlumbApiException>(scene.Admin.ChangeClusterAsync(name, labels, Ct));
            (change.Status, change.Message.Contains($"{name} cannot be labelled here: it is stated in {origin}", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.Conflict, true), change.Message);
        }
    }

    [Fact]
    public async Task WhoGoesThere_HoldsUpTheRemoval_AndIsNamedOnlyToWhoMaySeeThem()
    {
        await using var scene = await ServerScene.StartAsync(policy: Policy);
        await using var other = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        await scene.Admin.AddClusterAsync(new ClusterBody { Name = "prod", Kubeconfig = other.Kubeconfig }, Ct);
        await scene.WriteAsync("root/far.yaml", """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: far}
            spec:
              project: default
              source: {repoURL: https://git.example.com/config.git, path: docs, targetRevision: main}
              destination: {name: prod, namespace: default}
              syncPolicy: {automated: {}}
            """);
        await scene.CommitAsync("Far");
        await scene.Admin.PushedAsync(ServerScene.Repository, Ct);
        await scene.UntilAsync("far", a => a.Summary is { Sync: "Synced", Health: "Healthy", Operation: "" });
        var ops = scene.Client(await scene.TokenOfAsync("operator", "ops"));

        var told = await Should.ThrowAsync<PlumbApiException>(scene.Admin.RemoveClusterAsync("prod", force: false, Ct));
        (told.Status, told.Message).ShouldBe((HttpStatusCode.Conflict, "far goes there: delete them first, or force it, which leaves what they made on the cluster"));
        (await Should.ThrowAsync<PlumbApiException>(ops.RemoveClusterAsync("prod", force: false, Ct))).Message.ShouldStartWith("1 application goes there:");
        (await Should.ThrowAsync<PlumbApiException>(ops.ChangeClusterAsync("prod", new ClusterPatch { Name = "north" }, Ct))).Message.ShouldStartWith("1 application goes there by the name prod");
        (await ops.ChangeClusterAsync("prod", new ClusterPatch { Labels = new Dictionary<string, string?> { ["a"] = "b" } }, Ct)).ApplicationNames.ShouldBeEmpty();

        await ops.RemoveClusterAsync("prod", force: true, Ct);
        await scene.UntilAsync("far", a => a.Conditions.Any(c => c.Message.Contains("prod", StringComparison.Ordinal)));
        other.Objects.Get("", "ConfigMap", "default", "page").ShouldNotBeNull("nothing is deleted there");
    }

    [Fact]
    public async Task WhoMayWriteOneProject_CannotTakeTheClusterOfAnother()
    {
        await using var scene = await ServerScene.StartAsync(policy: Policy);
        await using var other = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        await scene.Admin.AddClusterAsync(new ClusterBody { Name = "prod", Kubeconfig = other.Kubeconfig, Project = "bank" }, Ct);
        var shop = scene.Client(await scene.TokenOfAsync("shopper", "shop"));
        var mine = new ClusterBody { Name = "prod", Server = "https://127.0.0.1:1", Project = "shop", NoCheck = true, Replace = true };

        var refused = await Should.ThrowAsync<PlumbApiException>(shop.AddClusterAsync(mine, Ct));

        (refused.Status, refused.Message.Contains("\"clusters, update, bank/", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.Forbidden, true), refused.Message);
        (await Should.ThrowAsync<PlumbApiException>(shop.AddClusterAsync(mine with { Name = "mine", Project = "" }, Ct))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await Should.ThrowAsync<PlumbApiException>(shop.CheckClusterAsync(mine with { Project = "" }, Ct))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await shop.AddClusterAsync(mine with { Name = "mine" }, Ct)).Project.ShouldBe("shop");
    }

    [Fact]
    public async Task WhoMayAddClustersToOneProject_RunsNoProgramsOnPlumbsMachine()
    {
        await using var scene = await ServerScene.StartAsync(policy: Policy);
        var ran = Path.Combine(scene.Work, "ran");
        var runs = new ClusterBody
        {
            Name = "runs",
            Server = "https://127.0.0.1:1",
            Project = "shop",
            NoCheck = true,
            Config = $$$"""{"execProviderConfig": {"apiVersion": "client.authentication.k8s.io/v1", "command": "/bin/sh", "args": ["-c", "touch {{{ran}}}"]}}""",
        };
        var shop = scene.Client(await scene.TokenOfAsync("shopper", "shop"));

        foreach (var attempt in (Func<Task>[])[() => shop.AddClusterAsync(runs, Ct), () => shop.AddClusterAsync(runs with { NoCheck = false }, Ct), () => shop.CheckClusterAsync(runs, Ct)])
        {
            var refused = await Should.ThrowAsync<PlumbApiException>(attempt);
            refused.Status.ShouldBe(HttpStatusCode.Forbidden);
            refused.Message.ShouldStartWith("the credentials name the program /bin/sh, which would run on Plumb's machine");
        }

        File.Exists(ran).ShouldBeFalse();
        (await scene.Admin.ListAuditAsync(new AuditQuery { Subject = "runs" }, Ct)).Items.Select(e => (e.Who, e.Outcome)).Distinct().ShouldBe([("shopper", "refused")]);
        (await scene.Client(await scene.TokenOfAsync("operator", "ops")).AddClusterAsync(runs, Ct)).Name.ShouldBe("runs");
    }
}
