using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Plumb.Server.Access;
using Plumb.Server.Access.Policy;

namespace Plumb.Server.Tests.Access.Policy;

/// <summary>Reading a policy: its two forms, what is said of a bad one, and a file that changes.</summary>
public sealed class PolicyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-policy-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AConfigMap_IsReadAsArgoCDsIs()
    {
        var policy = Read("argocd-rbac-cm.yaml", """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: argocd-rbac-cm, namespace: argocd}
            data:
              policy.default: role:readonly
              scopes: '[groups, email]'
              policy.tester.csv: |
                g, tester, role:readonly
              policy.csv: |
                # the main part
                p, my-org:team-alpha, applications, sync, my-project/*, allow

                g, my-org:team-beta, role:admin
              policy.overlay.csv: |
                g, overlay, role:admin
            """);

        policy.DefaultRole.ShouldBe("role:readonly");
        policy.Scopes.ShouldBe(["groups", "email"]);
        policy.Rules.Select(r => r.Subject).ShouldBe(["my-org:team-alpha"]);
        policy.Bindings.Select(b => b.Member).ShouldBe(["my-org:team-beta", "overlay", "tester"]);
    }

    [Fact]
    public void ScopesMayBeOneName() => Read("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {scopes: email}\n").Scopes.ShouldBe(["email"]);

    [Fact]
    public void RegexMode_IsSaidInTheConfigMap()
    {
        var policy = Read("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  policy.matchMode: regex\n  policy.csv: p, alice, applications, ^(get|sync)$, .*, allow\n");
        policy.Rules[0].Action.Matches("sync").ShouldBeTrue();
        policy.Rules[0].Action.Matches("synced").ShouldBeFalse();
    }

    [Theory]
    [InlineData("p, alice, applications, get, */*, allow", "alice|applications|get|*/*")]
    [InlineData("p,alice,applications,get,*/*,allow", "alice|applications|get|*/*")]
    [InlineData("   p,   alice,\tapplications, get, */*, allow   ", "alice|applications|get|*/*")]
    [InlineData("p, \"CN=ops, O=example\", applications, get, */*, allow", "CN=ops, O=example|applications|get|*/*")]
    [InlineData("p, \"the \"\"best\"\"\", applications, get, */*, allow", "the \"best\"|applications|get|*/*")]
    [InlineData("p, alice , applications, get, */*, allow", "alice |applications|get|*/*")]
    public void Lines_AreTakenApartAsGoDoes(string line, string expected)
    {
        var rule = Read("policy.csv", "\r\n" + line + "\r\n").Rules.ShouldHaveSingleItem();
        $"{rule.Subject}|{rule.Resource}|{rule.Action}|{rule.Object}".ShouldBe(expected);
    }

    [Theory]
    [InlineData("this, is, not, a, good, policy", "policy.csv line 3: a line begins with \"p\" or \"g\"; this one with \"this\"")]
    [InlineData("p, alice, applications, get, */*", "policy.csv line 3: has 5 fields; write p, subject, resource, action, object, allow or deny")]
    [InlineData("p, alice, applications, get, */*, Allow", "policy.csv line 3: the effect is \"Allow\"; it can be allow or deny")]
    [InlineData("p, , applications, get, */*, allow", "policy.csv line 3: names no subject")]
    [InlineData("p, al\"ice, applications, get, */*, allow", "policy.csv line 3: a quote stands inside a field")]
    [InlineData("p, \"alice, applications, get, */*, allow", "policy.csv line 3: a quoted field must end with a quote")]
    [InlineData("p, alice, applications, [get, */*, allow", "policy.csv line 3: the action is no pattern: \"[get\"")]
    [InlineData("g, alice", "policy.csv line 3: binds nobody to nothing; write g, user or group, role")]
    public void ABadLine_IsRefusedWithFileLineAndRemedy(string line, string message) =>
        Should.Throw<PolicyException>(() => Read("policy.csv", $"# a policy\np, alice, applications, get, */*, allow\n{line}\n")).Message.ShouldStartWith(message);

    [Fact]
    public void EveryBadLine_IsNamed() =>
        Should.Throw<PolicyException>(() => Read("policy.csv", "x\np, a, b, c, d, allow\ny\n")).Message.ShouldBe(
            "policy.csv line 1: a line begins with \"p\" or \"g\"; this one with \"x\"; policy.csv line 3: a line begins with \"p\" or \"g\"; this one with \"y\"");

    [Theory]
    [InlineData("p, alice, aplications, get, */*, allow", "policy.csv line 1: the resource \"aplications\" is not known; there are applications, ")]
    [InlineData("p, alice, logs, delete, */*, allow", "policy.csv line 1: the action \"delete\" is not known of logs; there are get")]
    [InlineData("p, alice , logs, get, */*, allow", "policy.csv line 1: \"alice \" ends with a space, which is part of it")]
    public void WhatCanNeverApply_IsReportedWithItsLine(string line, string warning) =>
        Read("policy.csv", line).Warnings.ShouldHaveSingleItem().ShouldStartWith(warning);

    [Theory]
    [InlineData("p, alice, *, *, *, allow")]
    [InlineData("p, alice, app*, get, */*, allow")]
    [InlineData("p, alice, applications, delete/*/Pod/*/*, default/prod-app, allow")]
    [InlineData("p, alice, applications, action//Pod/maintenance-off, default/*, allow")]
    [InlineData("p, alice, extensions, invoke, httpbin, allow")]
    [InlineData("p, alice, audit, get, *, allow")]
    public void WhatArgoCDOrPlumbKnows_IsNotReported(string line) => Read("policy.csv", line).Warnings.ShouldBeEmpty();

    [Theory]
    [InlineData("kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\ndata: {policy.matchMode: exact}\n", "policy.matchMode is \"exact\"; it can be glob or regex")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {policy.csv: [1]}\n", "data[\"policy.csv\"] must be text")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {scopes: '{a: 1}'}\n", "write a claim or a list of claims")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n", "holds 0 ConfigMaps")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {policy.csv: nonsense}\n", "cm.yaml: data[\"policy.csv\"] line 1:")]
    public void ABadConfigMap_IsRefusedInWords(string text, string message) =>
        Should.Throw<PolicyException>(() => Read("cm.yaml", text)).Message.ShouldContain(message);

    [Fact]
    public void AnyText_IsReadOrRefused_NeverAnythingElse() =>
        Gen.OneOf(
                Gen.String[Gen.Char["pg,\" \t\n\r#*?[]{}\\!-:/abc"], 0, 120],
                Gen.String[0, 60],
                Gen.String[Gen.Char["pg,\"\n ax*"], 0, 60].Select(s => "p, alice, applications, get, */*, allow\n" + s))
            .Sample(
                text =>
                {
                    foreach (var file in (string[])["policy.csv", "cm.yaml"])
                    {
                        try
                        {
                            var policy = PolicyFile.Read(file, Encoding.UTF8.GetBytes(text));
                            var rights = new Rights(() => []);
                            rights.Use(policy);
                            rights.May(new Caller { Name = "nobody-named-in-it", Method = "local" }, "applications", "get", "a/b").ShouldBeFalse();
                        }
                        catch (PolicyException e)
                        {
                            e.Message.ShouldContain(file);
                        }
                    }
                },
                iter: 3000,
                threads: 1);

    [Fact]
    public void FieldsOfALine_ComeBackAsTheyWereQuoted() =>
        Gen.String[Gen.Char["abc,\" #*\t"], 1, 20].Array[1, 6].Sample(
            fields =>
            {
                var line = string.Join(", ", fields.Select(f => "\"" + f.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""));
                PolicyLine.TrySplit(line, out _).ShouldBe(fields);
            },
            iter: 2000,
            threads: 1);

    [Fact]
    public async Task AChangedFile_IsInForce_AndABadOneLeavesTheOneBefore()
    {
        var file = Path.Combine(_folder, "policy.csv");
        await File.WriteAllTextAsync(file, "p, alice, applications, get, */*, allow", Ct);
        var rights = new Rights(() => []);
        var time = new FakeTimeProvider();
        var log = new CapturedLog();
        using var watch = new PolicyWatch(rights, new AccessOptions { PolicyFile = file }, log.For<PolicyWatch>(), time);
        watch.ReadFirst();
        bool May(string name) => rights.May(new Caller { Name = name, Method = "local" }, "applications", "get", "a/b");
        May("alice").ShouldBeTrue();

        await File.WriteAllTextAsync(file, "p, bob, applications, get, */*, allow", Ct);
        await watch.LookAsync(file, Ct);
        (May("alice"), May("bob")).ShouldBe((false, true));

        await File.WriteAllTextAsync(file, "p, carol, applications, get, allow", Ct);
        await watch.LookAsync(file, Ct);
        await watch.LookAsync(file, Ct);
        (May("bob"), May("carol")).ShouldBe((true, false));
        log.Lines.Count(l => l.Contains("The policy before it stays in force", StringComparison.Ordinal)).ShouldBe(1);

        File.Delete(file);
        await watch.LookAsync(file, Ct);
        May("bob").ShouldBeTrue();

        await File.WriteAllTextAsync(file, "p, carol, applications, get, */*, allow", Ct);
        await watch.LookAsync(file, Ct);
        (May("bob"), May("carol")).ShouldBe((false, true));
    }

    [Fact]
    public void AFileThatIsNotThere_IsRefusedAtStart()
    {
        using var watch = new PolicyWatch(
            new Rights(() => []), new AccessOptions { PolicyFile = Path.Combine(_folder, "nowhere.csv") }, NullLogger<PolicyWatch>.Instance, TimeProvider.System);
        Should.Throw<PolicyException>(watch.ReadFirst).Message.ShouldContain("Name a file that is there with --rbac");
    }

    private static PolicyDocument Read(string file, string text) => PolicyFile.Read(file, Encoding.UTF8.GetBytes(text));
}
