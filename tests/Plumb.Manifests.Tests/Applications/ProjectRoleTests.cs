using System.Text;
using Plumb.Manifests.Applications;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Applications;

/// <summary>A project's roles: read as Argo CD reads them, and refused where they speak of more than the project.</summary>
public sealed class ProjectRoleTests
{
    [Fact]
    public void Roles_AreRead()
    {
        var (file, _) = Read("""
            roles:
            - name: deployer
              description: May sync
              policies:
              - p, proj:shop:deployer, applications, sync, shop/*, allow
              - p, proj:shop:deployer, applications, action/apps/Deployment/restart, shop/web, allow
              - p, proj:shop:deployer, repositories, get, shop/https://git.example.com/web.git, allow
              groups: [web-team, user@example.com]
            """);

        var role = file.Projects.ShouldHaveSingleItem().Roles.ShouldHaveSingleItem();
        (role.Name, role.Description).ShouldBe(("deployer", "May sync"));
        role.Policies.Count.ShouldBe(3);
        role.Groups.ShouldBe(["web-team", "user@example.com"]);
    }

    [Theory]
    [InlineData("p, proj:bank:deployer, applications, sync, shop/*, allow", "its subject must be proj:shop:deployer")]
    [InlineData("p, role:admin, applications, sync, shop/*, allow", "its subject must be proj:shop:deployer")]
    [InlineData("g, web-team, role:admin", "write p, proj:shop:deployer, resource, action, shop/object, allow or deny")]
    [InlineData("p, proj:shop:deployer, accounts, update, shop/*, allow", "its resource is \"accounts\"")]
    [InlineData("p, proj:shop:deployer, *, sync, shop/*, allow", "its resource is \"*\"")]
    [InlineData("p, proj:shop:deployer, applications, fly, shop/*, allow", "its action is \"fly\"")]
    [InlineData("p, proj:shop:deployer, applications, sync, bank/*, allow", "its object must be of this project")]
    [InlineData("p, proj:shop:deployer, applications, sync, */*, allow", "its object must be of this project")]
    [InlineData("p, proj:shop:deployer, applications, sync, shop, allow", "its object must be of this project")]
    [InlineData("p, proj:shop:deployer, applications, sync, \"shop/{a,b}\", allow", "write p, proj:shop:deployer")]
    [InlineData("p, proj:shop:deployer, applications, sync, shop/*, maybe", "its effect can be allow or deny")]
    public void APolicyThatSpeaksOfMoreThanTheProject_LeavesTheProjectOut(string policy, string words)
    {
        var (file, faults) = Read($"roles: [{{name: deployer, policies: ['{policy}']}}]");

        file.Projects.ShouldBeEmpty();
        faults.ShouldHaveSingleItem().ShouldContain(words);
    }

    [Theory]
    [InlineData("roles: [{name: a b}]", "use letters, digits, - and _")]
    [InlineData("roles: [{name: 'a:b'}]", "use letters, digits, - and _")]
    [InlineData("roles: [{description: x}]", "roles[0].name is missing")]
    [InlineData("roles: [{name: a}, {name: a}]", "is that of an earlier role")]
    [InlineData("roles: [{name: a, groups: ['x,y']}]", "can be no group")]
    [InlineData("roles: [{name: a, groups: [x, x]}]", "more than once")]
    public void WhatIsNoRole_IsRefusedInWords(string roles, string words) => Read(roles).Faults.ShouldHaveSingleItem().ShouldContain(words);

    private static (ApplicationFile File, IReadOnlyList<string> Faults) Read(string spec)
    {
        var text = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop}\nspec:\n  " + spec.ReplaceLineEndings("\n  ") + "\n";
        var faults = new List<Diagnostic>();
        var file = ApplicationReader.Read(YamlReader.ReadAll(Encoding.UTF8.GetBytes(text), "project.yaml", faults));
        return (file, [.. file.Diagnostics.Concat(faults).Where(f => f.Severity == Severity.Error).Select(f => f.Message)]);
    }
}
