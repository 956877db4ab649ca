using System.Net;
using System.Text.Json;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Client;

/// <summary>Turns a refusal into a <see cref="KubeApiException"/>.</summary>
internal static class StatusReader
{
    private const int MaxText = 400;

    /// <summary>From an HTTP answer and its body, which may be a Status, or a proxy's page.</summary>
    public static KubeApiException FromResponse(HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        var retryAfter = response.Headers.RetryAfter?.Delta;
        var code = (int)response.StatusCode;
        try
        {
            var status = Json.Parse(body);
            if (status["kind"].AsString() == "Status") return FromStatus(status, code, retryAfter);
        }
        catch (JsonException)
        {
            // not from the API server itself; its text is all there is
        }

        var text = System.Text.Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxText)]).Trim();
        var reason = ((HttpStatusCode)code).ToString();
        return new KubeApiException(code, reason, text.Length == 0 ? $"HTTP {code} {reason}" : $"HTTP {code}: {text}") { RetryAfter = retryAfter };
    }

    /// <summary>From a Status document, as answers and watch errors hold it.</summary>
    public static KubeApiException FromStatus(Node status, int code = 0, TimeSpan? retryAfter = null)
    {
        var details = status["details"];
        var causes = new List<KubeCause>();
        foreach (var cause in details["causes"].AsList() ?? [])
        {
            causes.Add(new KubeCause(cause["reason"].AsString() ?? "", cause["message"].AsString() ?? "", cause["field"].AsString() ?? ""));
        }

        if (details["retryAfterSeconds"].AsInt() is > 0 and var seconds) retryAfter ??= TimeSpan.FromSeconds(seconds);
        return new KubeApiException(
            (int)(status["code"].AsInt() ?? code), status["reason"].AsString() ?? "", status["message"].AsString() ?? $"HTTP {code}")
        {
            Causes = causes,
            RetryAfter = retryAfter,
        };
    }
}
