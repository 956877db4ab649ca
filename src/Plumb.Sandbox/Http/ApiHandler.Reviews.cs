using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Access;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

internal sealed partial class ApiHandler
{
    /// <summary>Answers a question about users and their rights; null when the path asks none.</summary>
    private Task? TryReviewAsync(HttpContext context, ResourcePath path)
    {
        if (context.Request.Method != "POST") return null;
        return (path.Group, path.Resource) switch
        {
            ("authorization.k8s.io", "selfsubjectaccessreviews") => ReviewAccessAsync(context, self: true, ""),
            ("authorization.k8s.io", "subjectaccessreviews") => ReviewAccessAsync(context, self: false, ""),
            ("authorization.k8s.io", "localsubjectaccessreviews") => ReviewAccessAsync(context, self: false, path.Namespace),
            ("authorization.k8s.io", "selfsubjectrulesreviews") => ReviewRulesAsync(context),
            ("authentication.k8s.io", "selfsubjectreviews") => ReviewSelfAsync(context),
            ("authentication.k8s.io", "tokenreviews") => ReviewTokenAsync(context),
            _ => null,
        };
    }

    private async Task ReviewAccessAsync(HttpContext context, bool self, string @namespace)
    {
        var review = await RequestBody.ReadObjectAsync(context).ConfigureAwait(false);
        var spec = review["spec"];
        var (about, path) = (spec["resourceAttributes"].AsMap(), spec["nonResourceAttributes"].AsMap());
        if ((about is null) == (path is null))
        {
            throw ApiErrors.BadRequest("spec: exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }

        var stated = ((Node)about)["namespace"].Text();
        if (@namespace.Length > 0 && stated != @namespace)
        {
            throw ApiErrors.BadRequest($"spec.resourceAttributes.namespace must match namespace: {@namespace}");
        }

        var groups = spec["groups"].Texts().Concat(spec["group"].Texts()).ToList();
        if (!self && spec["user"].Text().Length == 0 && groups.Count == 0)
            throw ApiErrors.BadRequest("spec.user: Invalid value: \"\": at least one of user or group must be specified");
        var user = self ? AccessControl.UserOf(context) : new UserInfo(spec["user"].Text(), groups) { Uid = spec["uid"].Text() };
        var request = path is not null
            ? new AccessRequest(path["verb"].Text()) { Path = path["path"].Text() is { Length: > 0 } url ? url : "/" }
            : new AccessRequest(about!["verb"].Text())
            {
                Group = about["group"].Text(),
                Resource = about["resource"].Text(),
                Subresource = about["subresource"].Text(),
                Namespace = stated,
                Name = about["name"].Text(),
            };
        var decision = access.Authorizer.Decide(user, request);
        var status = new MapNode { ["allowed"] = decision.Allowed };
        if (decision.Reason.Length > 0) status["reason"] = decision.Reason;
        review["status"] = status;
        await Responses.WriteAsync(context, 201, review).ConfigureAwait(false);
    }

    private async Task ReviewRulesAsync(HttpContext context)
    {
        var review = await RequestBody.ReadObjectAsync(context).ConfigureAwait(false);
        var ns = review["spec"]["namespace"].Text();
        if (ns.Length == 0) throw ApiErrors.BadRequest("no namespace on request");
        var (resources, urls) = (new ListNode(), new ListNode());
        foreach (var rule in access.Authorizer.RulesOf(AccessControl.UserOf(context), ns)) (rule.Urls.Count > 0 ? urls : resources).Add(rule.ToNode());
        review["status"] = new MapNode { ["resourceRules"] = resources, ["nonResourceRules"] = urls, ["incomplete"] = false };
        await Responses.WriteAsync(context, 201, review).ConfigureAwait(false);
    }

    private static async Task ReviewSelfAsync(HttpContext context)
    {
        var review = await RequestBody.ReadObjectAsync(context).ConfigureAwait(false);
        review["status"] = new MapNode { ["userInfo"] = AccessControl.UserOf(context).ToNode() };
        await Responses.WriteAsync(context, 201, review).ConfigureAwait(false);
    }

    private async Task ReviewTokenAsync(HttpContext context)
    {
        var review = await RequestBody.ReadObjectAsync(context).ConfigureAwait(false);
        var token = review["spec"]["token"].Text();
        if (token.Length == 0) throw ApiErrors.BadRequest("token is required for TokenReview in authentication");
        var user = access.Authenticator.OfToken(token);
        review["status"] = user is null
            ? new MapNode { ["authenticated"] = false, ["user"] = new MapNode(), ["error"] = "invalid bearer token" }
            : new MapNode
            {
                ["authenticated"] = true,
                ["user"] = user.ToNode(),
                ["audiences"] = new ListNode { AccountTokens.Issuer },
            };
        await Responses.WriteAsync(context, 201, review).ConfigureAwait(false);
    }
}
