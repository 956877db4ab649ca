using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Access;

/// <summary>Finds out who makes a request: by bearer token, then by the impersonation headers that this user may use.</summary>
internal sealed class Authenticator(string adminToken, IReadOnlyList<SandboxUser> users, AccountTokens accounts, Authorizer authorizer)
{
    private const string Scheme = "Bearer ";
    private const string ExtraHeader = "Impersonate-Extra-";

    /// <exception cref="ApiException">Unknown (401), or an impersonation that is not allowed (403).</exception>
    public UserInfo Authenticate(HttpContext context, bool tokenNeeded)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var user = header.Length == 0 && !tokenNeeded ? UserInfo.Admin
            : header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? OfToken(header[Scheme.Length..].Trim()) : null;
        return Impersonate(context.Request.Headers, user ?? throw new ApiException(401, "Unauthorized", "Unauthorized"));
    }

    /// <summary>Whose token it is; null when nobody's. Takes the same time however wrong it is.</summary>
    public UserInfo? OfToken(string token)
    {
        var bytes = Encoding.UTF8.GetBytes(token);
        UserInfo? found = null;
        if (CryptographicOperations.FixedTimeEquals(bytes, Encoding.UTF8.GetBytes(adminToken))) found = UserInfo.Admin;
        foreach (var user in users)
        {
            if (!CryptographicOperations.FixedTimeEquals(bytes, Encoding.UTF8.GetBytes(user.Token))) continue;
            found ??= new(user.Name, [.. user.Groups, UserInfo.Authenticated]);
        }

        return found ?? accounts.Check(token);
    }

    private UserInfo Impersonate(IHeaderDictionary headers, UserInfo by)
    {
        var name = headers["Impersonate-User"].ToString();
        var groups = headers["Impersonate-Group"].Where(g => !string.IsNullOrEmpty(g)).Select(g => g!).ToList();
        var uid = headers["Impersonate-Uid"].ToString();
        var extra = headers.Where(h => h.Key.StartsWith(ExtraHeader, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(
                h => Uri.UnescapeDataString(h.Key[ExtraHeader.Length..]).ToLowerInvariant(),
                h => (IReadOnlyList<string>)[.. h.Value.Select(v => v ?? "")]);
        if (name.Length == 0)
        {
            if (groups.Count == 0 && uid.Length == 0 && extra.Count == 0) return by;
            throw new ApiException(500, "InternalError", "Internal error occurred: impersonation headers without Impersonate-User");
        }

        var account = new UserInfo(name, []).AsServiceAccount();
        authorizer.Check(by, account is { } a
            ? new("impersonate") { Resource = "serviceaccounts", Namespace = a.Namespace, Name = a.Name }
            : new("impersonate") { Resource = "users", Name = name });
        foreach (var group in groups) authorizer.Check(by, new("impersonate") { Resource = "groups", Name = group });
        if (uid.Length > 0) authorizer.Check(by, new("impersonate") { Group = "authentication.k8s.io", Resource = "uids", Name = uid });
        foreach (var (key, values) in extra)
        {
            foreach (var value in values)
            {
                authorizer.Check(by, new("impersonate")
                {
                    Group = "authentication.k8s.io", Resource = "userextras", Subresource = key, Name = value,
                });
            }
        }

        if (groups.Count == 0 && account is { } found) groups.AddRange(UserInfo.ServiceAccount(found.Namespace, found.Name).Groups);
        if (name == "system:anonymous") groups = [.. groups.Append("system:unauthenticated").Distinct()];
        else if (!groups.Contains("system:unauthenticated")) groups = [.. groups.Append(UserInfo.Authenticated).Distinct()];
        return new UserInfo(name, groups) { Uid = uid, Extra = extra };
    }
}
