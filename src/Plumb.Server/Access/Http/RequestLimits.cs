using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;

namespace Plumb.Server.Access.Http;

/// <summary>How much one caller may ask, and how large a request may be. Far above what people and their programs do.</summary>
internal static class RequestLimits
{
    private const long SignInBytes = 16 * 1024;
    private const int SignInsOfAll = 20;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    public static void Configure(RateLimiterOptions limits, AccessServices access)
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.OnRejected = async (context, ct) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = Period.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            await Results.Problem(
                "Too many requests from here. Wait ten seconds, or ask for more at once.", title: "Too many requests",
                statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(context.HttpContext);
        };
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, access.Options.RequestsPerTenSeconds));
    }

    /// <summary>Refuses what says that it is too large before it is read, and lowers the limit where passwords are read.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } size)
        {
            if (IsSignIn(context.Request) && !size.IsReadOnly) size.MaxRequestBodySize = SignInBytes;
            if (context.Request.ContentLength > size.MaxRequestBodySize) return TooLarge(size.MaxRequestBodySize.Value).ExecuteAsync(context);
        }

        return next(context);
    }

    /// <summary>What a request that is too large is answered.</summary>
    public static IResult TooLarge(long limit) => Results.Problem(
        string.Create(CultureInfo.InvariantCulture, $"The body is larger than {limit} bytes."), title: "Too large",
        statusCode: StatusCodes.Status413PayloadTooLarge);

    private static bool IsSignIn(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.Value is "/auth/sign-in" or "/api/v1/session";

    private static RateLimitPartition<string> Partition(HttpContext context, int perPeriod)
    {
        if (context.Request.Path.Value is "/healthz" or "/readyz") return RateLimitPartition.GetNoLimiter("probes");
        // Each costs a hashed password: far fewer of them.
        if (IsSignIn(context.Request)) return Bucket("sign-in " + context.RemoteAddress(), Math.Max(5, perPeriod / SignInsOfAll));
        var caller = Caller.Find(context.User);
        return Bucket(caller is null || caller.IsOpen ? "from " + context.RemoteAddress() : "by " + caller.Name, perPeriod);
    }

    private static RateLimitPartition<string> Bucket(string key, int perPeriod) => RateLimitPartition.GetTokenBucketLimiter(
        key,
        _ => new TokenBucketRateLimiterOptions { TokenLimit = perPeriod, TokensPerPeriod = perPeriod, ReplenishmentPeriod = Period, QueueLimit = 0 });
}
