using System.Text;
using System.Text.Json.Nodes;
using Plumb.Web.Clusters;

namespace Plumb.Web.Tests.Clusters;

public sealed class ClusterFormTests
{
    [Fact]
    public void Address_token_and_authority_become_the_config_of_a_cluster_secret()
    {
        var form = new ClusterForm { ByKubeconfig = false, Name = " prod ", Server = " https://10.0.0.1:6443 ", Token = " secret\n", Authority = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" };

        form.Read(out var body).ShouldBeNull();

        (body.Name, body.Server, body.Kubeconfig).ShouldBe(("prod", "https://10.0.0.1:6443", ""));
        var config = JsonNode.Parse(body.Config)!;
        config["bearerToken"]!.GetValue<string>().ShouldBe("secret");
        Encoding.UTF8.GetString(Convert.FromBase64String(config["tlsClientConfig"]!["caData"]!.GetValue<string>())).ShouldStartWith("-----BEGIN CERTIFICATE-----\nAAAA\n");
        config["tlsClientConfig"]!["insecure"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public void What_was_typed_for_the_other_way_in_is_not_sent()
    {
        var form = new ClusterForm { Kubeconfig = "contexts: []", Context = "c", Server = "https://10.0.0.1", Token = "secret", Namespaces = "shop, billing", ClusterResources = true };

        form.Read(out var by).ShouldBeNull();
        (by.Server, by.Config, by.Kubeconfig, by.Context, string.Join('+', by.Namespaces), by.ClusterResources).ShouldBe(("", "", "contexts: []", "c", "shop+billing", true));

        form.ByKubeconfig = false;
        form.Namespaces = " ";
        form.Read(out by).ShouldBeNull();
        (by.Kubeconfig, by.Context, by.Namespaces.Count, by.ClusterResources).ShouldBe(("", "", 0, false));
    }

    [Theory]
    [InlineData("env=prod, region=north", null, 2)]
    [InlineData("env=prod\n\nempty=\n", null, 2)]
    [InlineData("env", "“env” is no label: write KEY=VALUE.", 0)]
    [InlineData("=prod", "“=prod” is no label: write KEY=VALUE.", 0)]
    [InlineData("a=b,a=c", "The label a is there twice.", 1)]
    public void Labels_are_read_as_people_write_them(string text, string? fault, int count)
    {
        LabelText.Read(text, out var labels).ShouldBe(fault);
        labels.Count.ShouldBe(count);
    }

    [Fact]
    public void A_change_of_labels_says_only_what_differs() =>
        LabelText.Change(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2", ["c"] = "3" }, new Dictionary<string, string> { ["b"] = "2", ["c"] = "4", ["d"] = "5" })
            .ShouldBe(new Dictionary<string, string?> { ["a"] = null, ["c"] = "4", ["d"] = "5" }, ignoreOrder: true);
}
