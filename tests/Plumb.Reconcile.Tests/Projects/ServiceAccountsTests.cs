using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Projects;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Tests.Projects;

/// <summary>The cases of Argo CD's own tests of <c>destinationServiceAccounts</c>, and where Plumb says more.</summary>
public sealed class ServiceAccountsTests
{
    private const string Server = "https://kubernetes.svc.local";

    [Theory]
    [InlineData("testns", "testns|test-sa", "testns:test-sa")]
    [InlineData("testns", "guestbook|guestbook-sa,guestbook-test|guestbook-test-sa,default|default-sa,testns|test-sa", "testns:test-sa")]
    [InlineData("testns", "testns|test-sa,testns|test-sa-2,testns|test-sa-3", "testns:test-sa")]
    [InlineData("testns", "test*|test-sa,testns|test-sa-2", "testns:test-sa")]
    [InlineData("testns", "test1|test-sa,default|default-sa", "")]
    [InlineData("", "|test-sa,*|test-sa-2", "argocd-ns:test-sa")]
    [InlineData("testns", "testns1|test-sa-2,default|default-sa,*|test-sa", "testns:test-sa")]
    [InlineData("testns", "e[[a*|test-sa", "")]
    [InlineData("testns", "testns|myns:test-sa,*|test-sa", "myns:test-sa")]
    [InlineData("team-a", "team-{a,b}|one,*|two", "team-a:one")]
    [InlineData("team-c", "team-[a-b]|one,team-[!a-b]|two", "team-c:two")]
    public void TheFirstMatchCounts(string @namespace, string entries, string expected)
    {
        var acting = Of(@namespace, entries);

        acting.User.ShouldBe(expected.Length == 0 ? null : "system:serviceaccount:" + expected);
        (acting.Fault is null).ShouldBe(expected.Length > 0);
    }

    [Fact]
    public void WithoutEntries_PlumbIsItself() =>
        ServiceAccounts.Of(Application("a"), new ProjectSpec { Name = "p" }, new TargetDescription("c")).ShouldBe(new ActingUser(null));

    [Fact]
    public void WithoutAMatch_TheFaultNamesClusterNamespaceAndRemedy() =>
        Of("testns", "other|x").Fault.ShouldBe(
            "project p delivers by service accounts, and none of its destinationServiceAccounts matches the cluster https://kubernetes.svc.local "
            + "and the namespace \"testns\": add an entry for them");

    [Theory]
    [InlineData("https://kubernetes.default.svc", true)]
    [InlineData("https://10.0.0.*", true)]
    [InlineData("https://other", false)]
    public void TheClusterBeside_IsKnownByBothItsAddresses(string pattern, bool matches)
    {
        var cluster = new TargetDescription("in-cluster") { Server = "https://10.0.0.1:443", Aliases = ["https://kubernetes.default.svc"] };
        var project = new ProjectSpec { Name = "p", DestinationServiceAccounts = [new(pattern, "*", "sa")] };
        (ServiceAccounts.Of(Application("a"), project, cluster).User is not null).ShouldBe(matches);
    }

    [Theory]
    [InlineData("deployer", true)]
    [InlineData("ns:deployer", true)]
    [InlineData(" ", false)]
    [InlineData("a:b:c", false)]
    [InlineData("*", false)]
    [InlineData("a/b", false)]
    [InlineData("!a", false)]
    public void NamesOfAccounts_AreChecked(string name, bool valid) => ServiceAccounts.IsValidName(name).ShouldBe(valid);

    private static ActingUser Of(string @namespace, string entries)
    {
        var accounts = entries.Split(',').Aggregate(
            new List<string>(),
            (list, part) =>
            {
                // a comma inside braces belongs to the pattern
                if (list.Count > 0 && list[^1].Count(c => c == '{') > list[^1].Count(c => c == '}')) list[^1] += "," + part;
                else list.Add(part);
                return list;
            });
        var project = new ProjectSpec
        {
            Name = "p",
            DestinationServiceAccounts = [.. accounts.Select(a => new DestinationServiceAccount(Server, a.Split('|')[0], a.Split('|')[1]))],
        };
        return ServiceAccounts.Of(Application(@namespace), project, new TargetDescription("local") { Server = Server });
    }

    private static ApplicationSpec Application(string @namespace) => new()
    {
        Name = "a",
        Namespace = "argocd-ns",
        Sources = [],
        Destination = new DestinationSpec(Server: Server, Namespace: @namespace),
    };
}
