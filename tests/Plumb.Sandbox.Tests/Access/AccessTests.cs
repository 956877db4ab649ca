using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Tests.Http;

namespace Plumb.Sandbox.Tests.Access;

/// <summary>Who may do what: tokens, impersonation, roles and reviews, over the wire.</summary>
public sealed class AccessTests : WireSandbox
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";

    private protected override SandboxOptions Options => base.Options with
    {
        Users = [new("jane", "jane-token") { Groups = ["dev"] }, new("joan", "joan-token")],
    };

    [Fact]
    public async Task User_WithoutBindings_IsRefusedInTheServersWords()
    {
        var status = await AsAsync("jane-token", HttpMethod.Get, "/api/v1/namespaces/default/pods", null, 403);
        status["message"].AsString().ShouldBe(
            "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"");
        status["reason"].AsString().ShouldBe("Forbidden");
        status["details"]["kind"].AsString().ShouldBe("pods");
        (await AsAsync("jane-token", HttpMethod.Delete, "/apis/apps/v1/namespaces/default/deployments/web", null, 403))["message"].AsString()
            .ShouldBe("deployments.apps \"web\" is forbidden: User \"jane\" cannot delete resource \"deployments\" in API group \"apps\" " +
                "in the namespace \"default\"");
        (await AsAsync("jane-token", HttpMethod.Get, "/api/v1/nodes", null, 403))["message"].AsString()
            .ShouldBe("nodes is forbidden: User \"jane\" cannot list resource \"nodes\" in API group \"\" at the cluster scope");
        (await AsAsync("jane-token", HttpMethod.Get, "/metrics", null, 403))["message"].AsString()
            .ShouldBe("forbidden: User \"jane\" cannot get path \"/metrics\"");
        await AsAsync("jane-token", HttpMethod.Get, "/apis", null, 200);
    }

    [Fact]
    public async Task UnknownToken_IsUnauthorized() => await AsAsync("wrong", HttpMethod.Get, "/api/v1/namespaces", null, 401);

    public static TheoryData<string, string, string, string, bool> Rules => new()
    {
        // verbs, resources, resourceNames, request, allowed
        { "get", "configmaps", "", "get configmaps/a", true },
        { "get", "configmaps", "", "list configmaps", false },
        { "*", "configmaps", "", "delete configmaps/a", true },
        { "get", "*", "", "get secrets/a", true },
        { "get", "pods", "", "get pods/a/log", false },
        { "get", "pods/log", "", "get pods/a/log", true },
        { "get", "pods/log", "", "get pods/a", false },
        { "get", "*/log", "", "get pods/a/log", true },
        { "get", "configmaps", "a", "get configmaps/a", true },
        { "get", "configmaps", "a", "get configmaps/b", false },
        { "list", "configmaps", "a", "list configmaps", false },
        { "list", "configmaps", "a", "list configmaps?fieldSelector=metadata.name=a", true },
        { "watch", "configmaps", "a", "list configmaps?fieldSelector=metadata.name=a", false },
        { "deletecollection", "configmaps", "", "delete configmaps", true },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Role_AllowsWhatItsRuleSays(string verbs, string resources, string names, string request, bool allowed)
    {
        await RoleAsync("tested", verbs, resources, names);
        await BindAsync("tested", "Role", "tested", "User", "jane");
        var (verb, path) = (request.Split(' ')[0], request.Split(' ')[1]);
        var method = verb == "delete" ? HttpMethod.Delete : HttpMethod.Get;
        using var message = new HttpRequestMessage(method, "/api/v1/namespaces/default/" + path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "jane-token");
        using var response = await Http.SendAsync(message, Ct);
        (response.StatusCode != HttpStatusCode.Forbidden).ShouldBe(allowed, await response.Content.ReadAsStringAsync(Ct));
        message.RequestUri!.ToString().ShouldContain(path);
    }

    [Fact]
    public async Task RoleBinding_CountsInItsNamespaceOnly()
    {
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces", new MapNode { ["metadata"] = new MapNode { ["name"] = "shop" } }, 201);
        await BindAsync("viewers", "ClusterRole", "view", "Group", "dev");
        await AsAsync("jane-token", HttpMethod.Get, ConfigMaps, null, 200);
        await AsAsync("jane-token", HttpMethod.Get, "/api/v1/namespaces/default/secrets", null, 403);
        await AsAsync("jane-token", HttpMethod.Post, ConfigMaps, Map("x", "y"), 403);
        await AsAsync("jane-token", HttpMethod.Get, "/api/v1/namespaces/shop/configmaps", null, 403);
        await AsAsync("joan-token", HttpMethod.Get, ConfigMaps, null, 403);
    }

    [Fact]
    public async Task Binding_ToAMissingRole_SaysSo()
    {
        await BindAsync("lost", "Role", "nowhere", "User", "jane");
        (await AsAsync("jane-token", HttpMethod.Get, ConfigMaps, null, 403))["message"].AsString()
            .ShouldEndWith(": RBAC: role.rbac.authorization.k8s.io \"nowhere\" not found");
    }

    [Fact]
    public async Task Aggregation_AddsRulesOfLabelledRolesToView()
    {
        await BindAsync("viewers", "ClusterRole", "view", "User", "jane");
        await AsAsync("jane-token", HttpMethod.Get, "/api/v1/namespaces/default/secrets", null, 403);
        var role = Json.Parse("""
            {"metadata":{"name":"more","labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"}},
             "rules":[{"apiGroups":[""],"resources":["secrets"],"verbs":["list"]}]}
            """);
        await SendAsync(HttpMethod.Post, Rbac + "/clusterroles", role, 201);
        await UntilAsync(async () => (await StatusAsync("jane-token", "/api/v1/namespaces/default/secrets")) == 200);
    }

    [Fact]
    public async Task AccountToken_IsTheAccount_UntilItIsGone()
    {
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts", Named("robot"), 201);
        var answer = await SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts/robot/token",
            Json.Parse("""{"spec":{"expirationSeconds":3600}}"""), 201);
        var token = answer["status"]["token"].AsString()!;
        token.Split('.').Length.ShouldBe(3);
        (await AsAsync(token, HttpMethod.Get, ConfigMaps, null, 403))["message"].AsString()!
            .ShouldContain("User \"system:serviceaccount:default:robot\" cannot list");
        await BindAsync("robots", "ClusterRole", "edit", "ServiceAccount", "robot");
        await AsAsync(token, HttpMethod.Post, ConfigMaps, Map("made", "by robot"), 201);
        var self = await AsAsync(token, HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", new MapNode(), 201);
        self["status"]["userInfo"]["groups"].AsList()!.Select(g => g.AsString()).ShouldBe(
            ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"]);
        await SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/serviceaccounts/robot", null, 200);
        await AsAsync(token, HttpMethod.Get, ConfigMaps, null, 401);
        (await SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts/default/token",
            Json.Parse("""{"spec":{"expirationSeconds":60}}"""), 422))["message"].AsString()!.ShouldContain("less than 10 minutes");
    }

    [Fact]
    public async Task TokenSecret_IsFilledForItsAccount()
    {
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts", Named("robot"), 201);
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/secrets", Json.Parse("""
            {"metadata":{"name":"robot","annotations":{"kubernetes.io/service-account.name":"robot"}},
             "type":"kubernetes.io/service-account-token"}
            """), 201);
        Node secret = default;
        await UntilAsync(async () =>
        {
            secret = await SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/secrets/robot", null, 200);
            return secret["data"]["token"].AsString() is { Length: > 0 };
        });
        var token = Encoding.UTF8.GetString(Convert.FromBase64String(secret["data"]["token"].AsString()!));
        (await AsAsync(token, HttpMethod.Get, ConfigMaps, null, 403))["message"].AsString()!.ShouldContain("system:serviceaccount:default:robot");
    }

    [Fact]
    public async Task Impersonation_NeedsTheRight_AndCountsAsTheOther()
    {
        await BindAsync("viewers", "ClusterRole", "view", "Group", "ops");
        await ImpersonateAsync(null, "anyone", "ops", 200);
        await ImpersonateAsync(null, "anyone", "", 403);
        (await ImpersonateAsync("jane-token", "joan", "", 403))["message"].AsString().ShouldBe(
            "users \"joan\" is forbidden: User \"jane\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope");
    }

    [Fact]
    public async Task Roles_GiveNoMoreThanTheirWriterHas()
    {
        await BindAsync("admins", "ClusterRole", "admin", "User", "jane");
        await AsAsync("jane-token", HttpMethod.Post, Rbac + "/namespaces/default/roles", Role("small", "get", "secrets", ""), 201);
        var refused = await AsAsync("jane-token", HttpMethod.Post, Rbac + "/namespaces/default/roles", Role("big", "get", "nodes", ""), 403);
        refused["message"].AsString().ShouldBe(
            "roles.rbac.authorization.k8s.io \"big\" is forbidden: user \"jane\" (groups=[\"dev\" \"system:authenticated\"]) is attempting " +
            "to grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"nodes\"], Verbs:[\"get\"]}");
    }

    [Fact]
    public async Task Apply_ThatCreates_NeedsBothRights()
    {
        await RoleAsync("patcher", "get,patch", "configmaps", "");
        await BindAsync("patcher", "Role", "patcher", "User", "jane");
        var refused = await AsAsync("jane-token", HttpMethod.Patch, ConfigMaps + "/new?fieldManager=me", Map("new", "v"), 403,
            "application/apply-patch+yaml");
        refused["message"].AsString()!.ShouldContain("cannot create resource \"configmaps\"");
    }

    [Fact]
    public async Task Reviews_AnswerForOthers_WithTheReason()
    {
        await BindAsync("viewers", "ClusterRole", "view", "User", "jane");
        var review = Json.Parse("""
            {"spec":{"user":"jane","resourceAttributes":{"namespace":"default","verb":"list","resource":"pods"}}}
            """);
        var answer = await SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/subjectaccessreviews", review, 201);
        answer["status"]["allowed"].AsBool().ShouldBe(true);
        answer["status"]["reason"].AsString().ShouldBe(
            "RBAC: allowed by RoleBinding \"viewers/default\" of ClusterRole \"view\" to User \"jane\"");
        var token = await SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews",
            Json.Parse("""{"spec":{"token":"jane-token"}}"""), 201);
        token["status"]["user"]["username"].AsString().ShouldBe("jane");
        var wrong = await SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews", Json.Parse("""{"spec":{"token":"x"}}"""), 201);
        wrong["status"]["authenticated"].AsBool().ShouldBe(false);
    }

    private async Task<Node> AsAsync(
        string token, HttpMethod method, string path, Node? body, int expected, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is { } content) request.Content = new StringContent(Json.WriteText(content), Encoding.UTF8, mediaType);
        return await ReadAsync(request, expected);
    }

    private async Task<Node> ImpersonateAsync(string? token, string user, string group, int expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ConfigMaps);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Impersonate-User", user);
        if (group.Length > 0) request.Headers.Add("Impersonate-Group", group);
        return await ReadAsync(request, expected);
    }

    private async Task<Node> ReadAsync(HttpRequestMessage request, int expected)
    {
        using var response = await Http.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        ((int)response.StatusCode).ShouldBe(expected, $"{request.Method} {request.RequestUri}: {text}");
        return text.StartsWith('{') ? Json.Parse(text) : Node.Null;
    }

    private async Task<int> StatusAsync(string token, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await Http.SendAsync(request, Ct);
        return (int)response.StatusCode;
    }

    private Task RoleAsync(string name, string verbs, string resources, string names) =>
        SendAsync(HttpMethod.Post, Rbac + "/namespaces/default/roles", Role(name, verbs, resources, names), 201);

    private Task BindAsync(string name, string roleKind, string role, string subjectKind, string subject) => SendAsync(
        HttpMethod.Post,
        Rbac + "/namespaces/default/rolebindings",
        new MapNode
        {
            ["metadata"] = new MapNode { ["name"] = name },
            ["roleRef"] = new MapNode { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = roleKind, ["name"] = role },
            ["subjects"] = new ListNode { Subject(subjectKind, subject) },
        },
        201);

    private static MapNode Subject(string kind, string name)
    {
        var subject = new MapNode { ["kind"] = kind, ["name"] = name };
        if (kind == "ServiceAccount") subject["namespace"] = "default";
        else subject["apiGroup"] = "rbac.authorization.k8s.io";
        return subject;
    }

    private static MapNode Role(string name, string verbs, string resources, string names)
    {
        var rule = new MapNode { ["apiGroups"] = new ListNode { "" }, ["verbs"] = List(verbs), ["resources"] = List(resources) };
        if (names.Length > 0) rule["resourceNames"] = List(names);
        return new MapNode { ["metadata"] = new MapNode { ["name"] = name }, ["rules"] = new ListNode { rule } };
    }

    private static MapNode Named(string name) => new() { ["metadata"] = new MapNode { ["name"] = name } };

    private static ListNode List(string texts) => new(texts.Split(',').Select(t => (Node)t));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
