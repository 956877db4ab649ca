using System.Net;

namespace Plumb.Web.Session;

/// <summary>Something that did not work, in words for people.</summary>
/// <param name="Title">What did not work.</param>
/// <param name="Detail">Why, as the server says.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Status">HTTP status; null when there was no answer.</param>
public sealed record Problem(string Title, string Detail, string Advice, HttpStatusCode? Status)
{
    /// <summary>Words for an exception of the API; other exceptions are not told in detail.</summary>
    public static Problem From(Exception exception) => exception switch
    {
        PlumbApiException { Status: HttpStatusCode.Forbidden } e => new(
            "You may not do this", e.Message, "Ask an administrator of this Plumb for the right that is named here.", e.Status),
        PlumbApiException { Status: HttpStatusCode.Unauthorized } e => new(
            "You are not signed in", e.Message, "Your session ended. Sign in again.", e.Status),
        PlumbApiException { Status: HttpStatusCode.NotFound } e => new(
            "This is not here", e.Message, "It may have been deleted or renamed, or you may not see it.", e.Status),
        PlumbApiException { Status: HttpStatusCode.Conflict } e => new(
            "This cannot be done now", e.Message, "Look at what goes on at present, then try again.", e.Status),
        PlumbApiException { Status: null } e => new("Plumb did not answer", e.Message, "Try again in a moment.", null),
        PlumbApiException e => new("This did not work", e.Message, "", e.Status),
        TimeoutException => new("Plumb did not answer in time", "", "Try again in a moment.", null),
        _ => new("This did not work", "Plumb met an error that it did not expect; its log has the details.", "Try again, or load the page again.", null),
    };
}
