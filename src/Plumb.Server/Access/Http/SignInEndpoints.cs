using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Plumb.Api;
using Plumb.Server.Access.Accounts;
using Plumb.Server.Http;

namespace Plumb.Server.Access.Http;

/// <summary>Signing in and out, for people by forms and for programs by JSON.</summary>
internal static partial class SignInEndpoints
{
    private const string LogName = "Plumb.Server.Access.OpenId";

    private static readonly TimeSpan ProgramSignIn = TimeSpan.FromHours(24);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/auth/sign-in", SignInAsync);
        app.MapPost("/auth/sign-out", SignOutAsync);
        app.MapGet("/auth/oidc", ChallengeAsync);
        app.MapGet("/auth/oidc/sign-out", LeaveProviderAsync);
        app.MapPost("/api/v1/session", CreateTokenAsync).WithSummary("Signs in with name and password: a token that is good for a day.").WithTags("access")
            .Accepts<SignInBody>("application/json").Produces<NewTokenRecord>(contentType: "application/json").ProducesProblem(401).ProducesProblem(403).ProducesProblem(429);
    }

    private static async Task<IResult> SignInAsync(HttpContext context, AccessServices access, IAntiforgery antiforgery, CancellationToken ct)
    {
        if (!access.SignIn) return Results.LocalRedirect("/");
        if (!context.Request.HasFormContentType) return Problems.BadRequest("the sign-in is a form with name and password; programs use POST /api/v1/session");
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(ct);
        }
        catch (InvalidDataException)
        {
            return Problems.BadRequest("the form cannot be read; it has a name and a password, and little else");
        }

        var returnUrl = Requests.LocalPath(form["returnUrl"]);
        IResult Again(string error) => Results.LocalRedirect(CallerGate.SignInPage(error, returnUrl));
        if (!await antiforgery.IsRequestValidAsync(context)) return Again("expired");

        var answer = await access.Passwords.TryAsync(form["name"].ToString(), form["password"].ToString(), context.RemoteAddress(), ct);
        if (answer.Result == SignInResult.Throttled) return Again("throttled");
        if (answer.Result == SignInResult.Disabled) return Again("disabled");
        if (answer.Account is not { } account) return Again("wrong");
        if (await access.Cookie.BeginAsync(context, account, ct) is not { } held) return Again("disabled");
        await context.SignInAsync(AccessSchemes.Cookie, held, PageCookie.Kept());
        return Results.LocalRedirect(returnUrl);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, AccessServices access, IAntiforgery antiforgery, CancellationToken ct)
    {
        if (!await antiforgery.IsRequestValidAsync(context)) return Problems.BadRequest("the form is too old: load the page again, then sign out");
        var caller = Caller.Find(context.User);
        if (caller is { SessionId.Length: > 0 }) await access.Sessions.SignOutAsync(caller, ct);
        await context.SignOutAsync(AccessSchemes.Cookie);
        // The next click on "Sign in with" would let them in without a question: who shares a machine is told.
        return Results.LocalRedirect(caller?.Method == "oidc" && access.Options.OpenId is not null ? "/sign-in?signedOut=here" : "/sign-in");
    }

    /// <summary>
    /// Sends the browser to the identity provider to sign out there too (OpenID Connect RP-Initiated Logout 1.0), and from there back to the
    /// sign-in page. It ends nothing here.
    /// </summary>
    private static async Task LeaveProviderAsync(HttpContext context, AccessServices access, ILoggerFactory loggers)
    {
        if (access.Options.OpenId is not { } provider)
        {
            await NoProvider().ExecuteAsync(context);
            return;
        }

        try
        {
            await context.SignOutAsync(AccessSchemes.OpenId, new AuthenticationProperties { RedirectUri = "/sign-in?signedOut=everywhere" });
        }
        catch (Exception e) when (IsProviderFault(e, context))
        {
            LogNoSignOut(loggers.CreateLogger(LogName), provider.Issuer, (e.InnerException ?? e).Message);
            context.Response.Redirect(CallerGate.SignInPage("provider-stays"));
        }
    }

    /// <summary>Sends the browser to the identity provider. One that does not answer is said on the sign-in page, and why in the log.</summary>
    private static async Task ChallengeAsync(HttpContext context, AccessServices access, string? returnUrl, ILoggerFactory loggers)
    {
        if (access.Options.OpenId is not { } provider)
        {
            await NoProvider().ExecuteAsync(context);
            return;
        }

        try
        {
            await context.ChallengeAsync(AccessSchemes.OpenId, new AuthenticationProperties { RedirectUri = Requests.LocalPath(returnUrl), IsPersistent = true });
        }
        catch (Exception e) when (IsProviderFault(e, context))
        {
            LogProviderDown(loggers.CreateLogger(LogName), provider.Issuer, (e.InnerException ?? e).Message);
            context.Response.Redirect(CallerGate.SignInPage("provider-down", returnUrl));
        }
    }

    private static IResult NoProvider() =>
        Results.Problem("No identity provider is set up here (--oidc-issuer).", title: "Not found", statusCode: StatusCodes.Status404NotFound);

    private static bool IsProviderFault(Exception fault, HttpContext context) =>
        fault is InvalidOperationException or IOException or HttpRequestException or TaskCanceledException && !context.RequestAborted.IsCancellationRequested;

    private static async Task<IResult> CreateTokenAsync(HttpContext context, AccessServices access, TimeProvider time, CancellationToken ct)
    {
        if (!access.SignIn) return Problems.Conflict("no sign-in is asked for here: no token is needed");
        if (!context.Request.HasJsonContentType()) return Problems.BadRequest("write JSON with name and password, and Content-Type: application/json");
        string? name, password;
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, ct);
            (name, password) = (Text(body.RootElement, "name"), Text(body.RootElement, "password"));
        }
        catch (JsonException)
        {
            // The reason could quote what was sent.
            return Problems.BadRequest("the body is not valid JSON; write {\"name\": …, \"password\": …}");
        }

        if (name is null || password is null) return Problems.BadRequest("the body lacks a name or a password; write {\"name\": …, \"password\": …}");
        var from = context.RemoteAddress();
        var answer = await access.Passwords.TryAsync(name, password, from, ct);
        switch (answer.Result)
        {
            case SignInResult.Throttled:
                context.Response.Headers.RetryAfter = Math.Ceiling(answer.Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return Results.Problem($"Too many failures; try again in {Math.Ceiling(answer.Wait.TotalSeconds)} s.", title: "Too many failures",
                    statusCode: StatusCodes.Status429TooManyRequests);
            case SignInResult.Disabled:
                return Problems.Forbidden("the account is disabled; somebody who may change accounts must enable it");
            case SignInResult.Done:
                var caller = new Caller { Name = answer.Account!.Name, Method = "local", From = from };
                var token = await access.Admin.IssueAsync(caller, caller.Name, "plumb login", time.GetUtcNow() + ProgramSignIn, ct);
                return Results.Json(token, ApiJson.Default.NewTokenRecord);
            default:
                return Results.Problem("The name or the password is wrong.", title: "Not signed in", statusCode: StatusCodes.Status401Unauthorized);
        }
    }

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [LoggerMessage(LogLevel.Error, "sign-in: the identity provider {Issuer} does not answer: {Problem}")]
    private static partial void LogProviderDown(ILogger log, Uri issuer, string problem);

    [LoggerMessage(LogLevel.Warning, "sign-out: the identity provider {Issuer} cannot be asked to sign somebody out: {Problem}")]
    private static partial void LogNoSignOut(ILogger log, Uri issuer, string problem);
}
