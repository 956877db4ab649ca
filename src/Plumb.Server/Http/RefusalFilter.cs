using Plumb.Api;

namespace Plumb.Server.Http;

/// <summary>Turns the API's refusals into answers. Whatever else goes wrong is the exception handler's matter.</summary>
internal static class RefusalFilter
{
    public static async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (PlumbApiException e)
        {
            return Answers.Refusal(e);
        }
        catch (BadHttpRequestException e)
        {
            return Results.Problem(
                e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "the body is larger than this address takes" : "the request cannot be read",
                statusCode: e.StatusCode, title: "Bad request");
        }
    }
}
