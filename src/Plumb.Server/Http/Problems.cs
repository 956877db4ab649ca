namespace Plumb.Server.Http;

/// <summary>Refusals as RFC 9457 problem details.</summary>
internal static class Problems
{
    public static IResult NoApplication(string name) =>
        Results.Problem($"There is no application {name}; `plumb app list` shows those there are.", title: "Not found",
            statusCode: StatusCodes.Status404NotFound);

    public static IResult NoCluster(string name) =>
        Results.Problem($"There is no cluster {name}; `plumb cluster list` shows those there are.", title: "Not found",
            statusCode: StatusCodes.Status404NotFound);

    public static IResult BadGateway(string detail) => Results.Problem(detail, title: "Cluster", statusCode: StatusCodes.Status502BadGateway);

    public static IResult Conflict(string detail) => Results.Problem(detail, title: "Conflict", statusCode: StatusCodes.Status409Conflict);

    public static IResult BadRequest(string detail) =>
        Results.Problem(detail, title: "Bad request", statusCode: StatusCodes.Status400BadRequest);

    public static IResult Forbidden(string detail) =>
        Results.Problem(detail, title: "Forbidden", statusCode: StatusCodes.Status403Forbidden);
}
