using System.Net;
using Plumb.Api;

namespace Plumb.Server.Access;

/// <summary>Why a call is not answered.</summary>
internal static class Refusals
{
    public static PlumbApiException BadRequest(string message) => new(message, HttpStatusCode.BadRequest);

    public static PlumbApiException NotFound(string message) => new(message, HttpStatusCode.NotFound);

    public static PlumbApiException Conflict(string message) => new(message, HttpStatusCode.Conflict);

    public static PlumbApiException Forbidden(Caller caller, string resource, string action, string subject) =>
        new($"{caller.Name} may not do this: it needs \"{resource}, {action}, {subject}\" in the policy", HttpStatusCode.Forbidden);

    public static PlumbApiException Forbidden(string message) => new(message, HttpStatusCode.Forbidden);
}
