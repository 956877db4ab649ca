namespace Plumb.Server.Http;

/// <summary>Refusals as RFC 9457 problem details.</summary>
internal static class Problems
{
    public static IResult Conflict(string detail) => Results.Problem(detail, title: "Conflict", statusCode: StatusCodes.Status409Conflict);

    public static IResult BadRequest(string detail) =>
        Results.Problem(detail, title: "Bad request", statusCode: StatusCodes.Status400BadRequest);

    public static IResult Forbidden(string detail) =>
        Results.Problem(detail, title: "Forbidden", statusCode: StatusCodes.Status403Forbidden);
}
