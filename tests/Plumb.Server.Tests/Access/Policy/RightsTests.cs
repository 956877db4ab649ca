using Plumb.Reconcile.Applications;
using Plumb.Server.Access;
using Plumb.Server.Access.Policy;

namespace Plumb.Server.Tests.Access.Policy;

/// <summary>What a policy grants. Cases whose policy could be Argo CD's have the answer that Argo CD gives.</summary>
public sealed class RightsTests
{
    private const string Wildcards = """
        p,alice,*,get,foo/obj,allow
        p, bob, repositories, *, foo/obj, allow
        p, cathy, *, *, foo/obj, allow
        p, dave, applications, get, foo/obj, allow
        p, dave, applications/*, get, foo/obj, allow
        p, eve, *, get, foo/obj, deny
        p, mallory, repositories, *, foo/obj, deny
        p, mallory, repositories, *, foo/obj, allow
        p, mike, *, *, foo/obj, allow
        p, mike, *, *, foo/obj, deny
        p, trudy, applications, get, foo/obj, allow
        p, trudy, applications/*, get, foo/obj, allow
        p, trudy, applications/secrets, get, foo/obj, deny
        """;

    [Theory]
    [InlineData("alice", "applications", "get", true)]
    [InlineData("alice", "applications/resources", "get", true)]
    [InlineData("alice", "applications/resources", "delete", false)]
    [InlineData("bob", "repositories", "get", true)]
    [InlineData("bob", "repositories", "delete", true)]
    [InlineData("bob", "applications", "get", false)]
    [InlineData("cathy", "repositories", "get", true)]
    [InlineData("cathy", "applications/resources", "delete", true)]
    [InlineData("dave", "applications", "get", true)]
    [InlineData("dave", "applications/logs", "get", true)]
    [InlineData("eve", "applications", "get", false)]
    [InlineData("mallory", "repositories", "get", false)]
    [InlineData("mallory", "applications", "get", false)]
    [InlineData("mike", "repositories", "delete", false)]
    [InlineData("mike", "applications/resources", "delete", false)]
    [InlineData("trudy", "applications/logs", "get", true)]
    [InlineData("trudy", "applications/secrets", "get", false)]
    public void Wildcards_AndDenyWins(string name, string resource, string action, bool may) =>
        With(Wildcards).May(Person(name), resource, action, "foo/obj").ShouldBe(may);

    [Theory]
    [InlineData("role:readonly", "applications", "get", "foo/bar", true)]
    [InlineData("role:readonly", "applications", "create", "foo/bar", false)]
    [InlineData("role:readonly", "applications", "delete", "foo/bar", false)]
    [InlineData("role:readonly", "logs", "get", "foo/bar", true)]
    [InlineData("role:readonly", "clusters", "get", "https://10.0.0.1", true)]
    [InlineData("role:readonly", "projects", "get", "foo", true)]
    [InlineData("role:readonly", "accounts", "get", "alice", true)]
    [InlineData("role:readonly", "accounts", "update", "alice", false)]
    [InlineData("role:readonly", "exec", "create", "foo/bar", false)]
    [InlineData("role:readonly", "settings", "get", "*", true)]
    [InlineData("role:readonly", "audit", "get", "*", false)]
    [InlineData("role:admin", "applications", "get", "foo/bar", true)]
    [InlineData("role:admin", "applications", "sync", "foo/bar", true)]
    [InlineData("role:admin", "applications", "rollback", "foo/bar", true)]
    [InlineData("role:admin", "applications", "delete/apps/Deployment/shop/web", "foo/bar", true)]
    [InlineData("role:admin", "applications", "action/apps/Deployment/restart", "foo/bar", true)]
    [InlineData("role:admin", "exec", "create", "foo/bar", true)]
    [InlineData("role:admin", "clusters", "delete", "https://10.0.0.1", true)]
    [InlineData("role:admin", "accounts", "create", "alice", true)]
    [InlineData("role:admin", "audit", "get", "*", true)]
    [InlineData("role:admin", "applications", "fly", "foo/bar", false)]
    public void TheBuiltInRoles_MayWhatArgoCDGivesThem_AndPlumbsOwn(string role, string resource, string action, string subject, bool may) =>
        With($"g, ops, {role}").May(Person("alice", "ops"), resource, action, subject).ShouldBe(may);

    [Theory]
    [InlineData("bob", "applications", "delete", "bar/obj", true)]
    [InlineData("bob", "applications", "delete", "foo/obj", false)]
    [InlineData("alice", "applications", "delete", "foo/obj", true)]
    [InlineData("alice", "applications", "delete", "bar/obj", false)]
    public void Roles_KeepProjectsApart(string name, string resource, string action, string subject, bool may) =>
        With("""
            p, role:foo-admin, *, *, foo/*, allow
            p, role:bar-admin, *, *, bar/*, allow
            g, alice, role:foo-admin
            g, bob, role:bar-admin
            """).May(Person(name), resource, action, subject).ShouldBe(may);

    [Theory]
    [InlineData("foo/https://git.example.com/a.git", true)]
    [InlineData("foo/https://git.example.com/b.git", false)]
    public void AnObject_MayBeAnAddress(string subject, bool may) =>
        With("p, bob, repositories, *, foo/https://git.example.com/a.git, allow").May(Person("bob"), "repositories", "delete", subject).ShouldBe(may);

    [Theory]
    [InlineData("delete/*/Pod/*/*", "delete//Pod/shop/web", true)]
    [InlineData("delete/*/Pod/*/*", "delete/apps/Deployment/shop/web", false)]
    [InlineData("delete/*/Pod/*/*", "delete", false)]
    [InlineData("update/*", "update/apps/Deployment/shop/web", true)]
    [InlineData("update/*", "update", false)]
    [InlineData("action/apps/*", "action/apps/DaemonSet/restart", true)]
    [InlineData("{get,sync}", "sync", true)]
    [InlineData("{get,sync}", "delete", false)]
    [InlineData("g?t", "get", true)]
    [InlineData("[a-h]et", "get", true)]
    [InlineData("[!g]et", "get", false)]
    public void Globs_HaveNoSeparators(string pattern, string action, bool may) =>
        With($"p, alice, applications, \"{pattern}\", default/web, allow").May(Person("alice"), "applications", action, "default/web").ShouldBe(may);

    [Theory]
    [InlineData("^(get|sync)$", "sync", true)]
    [InlineData("^(get|sync)$", "synced", false)]
    [InlineData("get", "forget", true)]
    public void RegexMode_MatchesAnywhereInTheText_AsArgoCDDoes(string pattern, string action, bool may) =>
        With($"p, alice, applications, {pattern}, default/web, allow", mode: "regex").May(Person("alice"), "applications", action, "default/web").ShouldBe(may);

    [Fact]
    public void RegexMode_LeavesTheBuiltInRolesAlone() =>
        With("g, ops, role:admin", mode: "regex").May(Person("alice", "ops"), "applications", "delete", "shop/web").ShouldBeTrue();

    [Fact]
    public void Nothing_IsAllowedByDefault()
    {
        var rights = With("");

        rights.May(Person("alice"), "applications", "get", "default/web").ShouldBeFalse();
        rights.MaySome(Person("alice"), "applications", "get").ShouldBeFalse();
    }

    [Fact]
    public void TheDefaultRole_IsEverybodys_AndNoDenyTakesItAway()
    {
        var rights = With("p, bob, applications, get, */*, deny", defaultRole: "role:readonly");

        rights.May(Person("alice"), "applications", "get", "default/web").ShouldBeTrue();
        rights.May(Person("bob"), "applications", "get", "default/web").ShouldBeTrue();
        rights.May(Person("alice"), "applications", "sync", "default/web").ShouldBeFalse();
    }

    [Fact]
    public void EachGroup_IsJudgedForItself_SoADenyOfOneLeavesTheOther()
    {
        var rights = With("""
            p, readers, applications, get, */*, allow
            p, banned, applications, *, */*, deny
            """);

        rights.May(Person("alice", "banned", "readers"), "applications", "get", "default/web").ShouldBeTrue();
        rights.May(Person("alice", "banned"), "applications", "get", "default/web").ShouldBeFalse();
    }

    [Fact]
    public void ADenyOfARole_WinsOverWhatItsMemberHas() =>
        With("""
            p, alice, applications, get, */*, allow
            p, role:banned, applications, *, secret/*, deny
            g, alice, role:banned
            """).May(Person("alice"), "applications", "get", "secret/web").ShouldBeFalse();

    [Fact]
    public void Roles_InheritOverManySteps_AndRoundInCirclesWithoutHanging()
    {
        var rights = With("""
            g, alice, role:a
            g, role:a, role:b
            g, role:b, role:c
            g, role:c, role:a
            p, role:c, applications, get, */*, allow
            """);

        rights.May(Person("alice"), "applications", "get", "default/web").ShouldBeTrue();
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("role:admin")]
    [InlineData("proj:shop:deployer")]
    public void AGroupOfTheIdentityProvider_CannotClaimARoleByItsName(string group)
    {
        var rights = With("", new ProjectSpec
        {
            Name = "shop",
            Roles = [new ProjectRole("deployer", "", ["p, proj:shop:deployer, applications, *, shop/*, allow"], [])],
        });

        rights.May(Person("alice", group), "applications", "delete", "shop/web").ShouldBeFalse();
        rights.May(Person("alice") with { Subject = group }, "applications", "delete", "shop/web").ShouldBeFalse();
    }

    [Fact]
    public void TheAccountAdmin_MayEverything_AndAPolicyCanDenyIt()
    {
        With("").May(Person("admin"), "clusters", "delete", "https://10.0.0.1").ShouldBeTrue();
        With("p, admin, clusters, delete, *, deny").May(Person("admin"), "clusters", "delete", "https://10.0.0.1").ShouldBeFalse();
    }

    [Fact]
    public void TheIdentityProvidersSubject_CountsBesideTheName() =>
        With("p, 8f2c, applications, get, */*, allow").May(Person("alice@example.com") with { Subject = "8f2c" }, "applications", "get", "a/b").ShouldBeTrue();

    [Fact]
    public void AllOfThem_IsAskedForWithAStar()
    {
        With("p, alice, applications, get, */*, allow").May(Person("alice"), "applications", "get", "*").ShouldBeTrue();
        With("p, alice, applications, get, shop/*, allow").May(Person("alice"), "applications", "get", "*").ShouldBeFalse();
        With("p, alice, applications, get, shop/*, allow").MaySome(Person("alice"), "applications", "get").ShouldBeTrue();
    }

    [Fact]
    public void WhatIsTooLongForAnyPattern_IsNotAllowed_AsNoDenyCouldReachIt() =>
        With("""
            p, alice, repositories, get, *, allow
            p, alice, repositories, get, *secret*, deny
            """).May(Person("alice"), "repositories", "get", new string('x', 2000) + "secret").ShouldBeFalse();

    [Fact]
    public void WithoutSignIn_EverythingIsAllowed() => With("").May(Caller.Open, "clusters", "delete", "*").ShouldBeTrue();

    [Theory]
    [InlineData("applications", "sync", "shop/web", true)]
    [InlineData("applications", "delete", "shop/web", false)]
    [InlineData("applications", "sync", "bank/web", false)]
    [InlineData("projects", "get", "shop", true)]
    [InlineData("projects", "get", "bank", false)]
    [InlineData("projects", "update", "shop", false)]
    [InlineData("clusters", "get", "https://10.0.0.1", false)]
    public void ARoleOfAProject_IsForItsGroupsAndItsTokens_AndForTheProjectOnly(string resource, string action, string subject, bool may)
    {
        var rights = With("", Shop("p, proj:shop:deployer, applications, sync, shop/*, allow"), new ProjectSpec { Name = "bank" });

        rights.May(Person("alice", "web-team"), resource, action, subject).ShouldBe(may);
        rights.May(new Caller { Name = "proj:shop:deployer", Method = "token", TokenId = "t" }, resource, action, subject).ShouldBe(may);
        rights.May(Person("bob", "others"), resource, action, subject).ShouldBeFalse();
    }

    [Theory]
    [InlineData("p, proj:shop:deployer, applications, sync, bank/*, allow")]
    [InlineData("p, proj:shop:deployer, applications, sync, */*, allow")]
    [InlineData("p, proj:shop:deployer, accounts, update, *, allow")]
    [InlineData("p, role:readonly, applications, sync, bank/*, allow")]
    [InlineData("g, web-team, role:admin")]
    public void APolicyOfAProject_ThatSpeaksOfAnythingElse_DoesNothing(string policy)
    {
        var rights = With("g, web-team, role:readonly", Shop(policy), new ProjectSpec { Name = "bank" });

        rights.May(Person("alice", "web-team"), "applications", "sync", "bank/web").ShouldBeFalse();
        rights.May(Person("alice", "web-team"), "applications", "sync", "shop/web").ShouldBeFalse();
        rights.May(Person("alice", "web-team"), "accounts", "update", "bob").ShouldBeFalse();
    }

    [Fact]
    public void ATokenOfAProject_HasNothingToDoWithOthers_WhateverTheDefaultRoleSays()
    {
        var rights = With("", defaultRole: "role:readonly", projects: [Shop("p, proj:shop:deployer, applications, sync, shop/*, allow"), new ProjectSpec { Name = "bank" }]);
        var token = new Caller { Name = "proj:shop:deployer", Method = "token" };

        rights.May(token, "applications", "get", "shop/web").ShouldBeTrue();
        rights.May(token, "applications", "get", "bank/web").ShouldBeFalse();
        rights.May(token, "applications", "get", "nowhere/web").ShouldBeFalse();
    }

    [Fact]
    public void AGlobalDeny_WinsOverAProjectsRole() =>
        With("p, web-team, applications, sync, shop/*, deny", Shop("p, proj:shop:deployer, applications, sync, shop/*, allow"))
            .May(Person("alice", "web-team"), "applications", "sync", "shop/web").ShouldBeFalse();

    [Fact]
    public void AChangedProject_CountsAtOnce()
    {
        IReadOnlyList<ProjectSpec> projects = [Shop("p, proj:shop:deployer, applications, sync, shop/*, allow")];
        var rights = new Rights(() => projects);
        rights.May(Person("alice", "web-team"), "applications", "sync", "shop/web").ShouldBeTrue();

        projects = [Shop("p, proj:shop:deployer, applications, get, shop/*, allow")];

        rights.May(Person("alice", "web-team"), "applications", "sync", "shop/web").ShouldBeFalse();
        rights.MaySome(Person("alice", "web-team"), "applications", "get").ShouldBeTrue();
    }

    private static ProjectSpec Shop(string policy) =>
        new() { Name = "shop", Roles = [new ProjectRole("deployer", "", [policy], ["web-team"])] };

    private static Caller Person(string name, params string[] groups) => new() { Name = name, Method = "local", Groups = groups };

    private static Rights With(string csv, params ProjectSpec[] projects) => With(csv, "", projects: projects);

    private static Rights With(string csv, string defaultRole = "", string mode = "glob", ProjectSpec[]? projects = null)
    {
        var text = PolicyText.Read(csv, mode == "regex" ? MatchMode.Regex : MatchMode.Glob);
        text.Faults.ShouldNotContain(f => f.IsError);
        var rights = new Rights(() => projects ?? []);
        rights.Use(new PolicyDocument { Csv = csv, DefaultRole = defaultRole, Rules = text.Rules, Bindings = text.Bindings });
        return rights;
    }
}
