using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Access;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Admission;

/// <summary>What a webhook answered.</summary>
internal sealed record WebhookAnswer(ListNode? Patch, IReadOnlyList<string> Warnings);

/// <summary>
/// Asks one webhook by an AdmissionReview v1 over HTTPS, on the loopback address only: by its URL, or as the service that the sandbox's
/// options map to one (apiserver <c>plugin/webhook</c>).
/// </summary>
internal sealed class WebhookCall(IReadOnlyDictionary<string, Uri> services)
{
    private const long MaxAnswer = 3 * 1024 * 1024;

    /// <summary>The answer; null when the webhook failed and may be ignored.</summary>
    /// <exception cref="ApiException">Denied, or failed and may not be ignored.</exception>
    public async Task<WebhookAnswer?> AskAsync(
        Webhook webhook, AdmissionAttributes about, UserInfo user, bool dryRun, CancellationToken ct)
    {
        var uid = Guid.NewGuid().ToString();
        Node answer;
        try
        {
            answer = await PostAsync(webhook, Review(uid, about, user, dryRun), ct).ConfigureAwait(false);
            CheckShape(answer, uid);
        }
        catch (WebhookFailure failure)
        {
            if (!webhook.FailsClosed) return null;
            throw new ApiException(500, "InternalError", $"Internal error occurred: failed calling webhook \"{webhook.Name}\": {failure.Message}")
            {
                Details = new MapNode
                {
                    ["causes"] = new ListNode { new MapNode { ["message"] = $"failed calling webhook \"{webhook.Name}\": {failure.Message}" } },
                },
            };
        }

        var response = answer["response"];
        if (response["allowed"].AsBool() != true) throw Denied(webhook.Name, response["status"]);
        return new(webhook.Mutating ? ReadPatch(webhook, response) : null, [.. response["warnings"].Texts()]);
    }

    /// <summary>The request of a review without what only the webhook itself is sent: the uid and the objects.</summary>
    public static MapNode Request(AdmissionAttributes about, UserInfo user, bool dryRun)
    {
        var type = about.Type;
        var version = about.Version.Version;
        var kind = new MapNode { ["group"] = type.Group, ["version"] = version, ["kind"] = type.Kind };
        var resource = new MapNode { ["group"] = type.Group, ["version"] = version, ["resource"] = type.Plural };
        var request = new MapNode
        {
            ["kind"] = kind,
            ["resource"] = resource,
            ["requestKind"] = kind,
            ["requestResource"] = resource,
        };
        if (about.Subresource.Length > 0) request["subResource"] = request["requestSubResource"] = about.Subresource;
        request["name"] = about.Name;
        if (about.Namespace.Length > 0) request["namespace"] = about.Namespace;
        request["operation"] = about.Operation;
        request["userInfo"] = user.ToNode();
        request["dryRun"] = dryRun;
        request["options"] = new MapNode
        {
            ["kind"] = char.ToUpperInvariant(about.Operation[0]) + about.Operation[1..].ToLowerInvariant() + "Options",
            ["apiVersion"] = "meta.k8s.io/v1",
        };
        return request;
    }

    private static MapNode Review(string uid, AdmissionAttributes about, UserInfo user, bool dryRun)
    {
        var request = Request(about, user, dryRun);
        request["uid"] = uid;
        request["object"] = about.Object?.Root;
        request["oldObject"] = about.Old?.Root;
        return new MapNode { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request };
    }

    private async Task<Node> PostAsync(Webhook webhook, MapNode review, CancellationToken ct)
    {
        var (url, host) = Address(webhook.Spec["clientConfig"]);
        var seconds = ((int)webhook.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var shown = $"{url.GetLeftPart(UriPartial.Path)}?timeout={seconds}s";
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = Trust(webhook.Spec["clientConfig"]["caBundle"].AsString(), host);
        using var http = new HttpClient(handler) { MaxResponseContentBufferSize = MaxAnswer, Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(webhook.Timeout);
        try
        {
            using var content = new ByteArrayContent(Json.Write(review));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await http.PostAsync(new Uri(shown), content, deadline.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new WebhookFailure($"failed to call webhook: the server responded with the status code {(int)response.StatusCode}");
            return Json.Parse(body);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new WebhookFailure($"failed to call webhook: Post \"{shown}\": context deadline exceeded");
        }
        catch (HttpRequestException e)
        {
            throw new WebhookFailure($"failed to call webhook: Post \"{shown}\": {e.InnerException?.Message ?? e.Message}");
        }
        catch (JsonException e)
        {
            throw new WebhookFailure($"failed to call webhook: the answer is no JSON: {e.Message}");
        }
    }

    private (Uri Url, string Host) Address(Node config)
    {
        if (config["url"].AsString() is { } text)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != "https" || !url.IsLoopback)
                throw new WebhookFailure($"the sandbox calls webhooks by https on this machine only, not {text}");
            return (url, url.Host);
        }

        var service = config["service"];
        var name = $"{service["namespace"].Text()}/{service["name"].Text()}";
        if (!services.TryGetValue(name, out var mapped))
        {
            throw new WebhookFailure(
                $"no container runs behind the service {name} in the sandbox; map it to an address (SandboxOptions.WebhookServices)");
        }

        if (mapped.Scheme != "https" || !mapped.IsLoopback)
            throw new WebhookFailure($"the sandbox calls webhooks by https on this machine only, not {mapped}");
        return (new Uri(mapped, service["path"].AsString() ?? "/"), $"{service["name"].Text()}.{service["namespace"].Text()}.svc");
    }

    private static RemoteCertificateValidationCallback? Trust(string? bundle, string host)
    {
        if (string.IsNullOrEmpty(bundle)) return null;
        return (_, certificate, _, errors) =>
        {
            if (certificate is not X509Certificate2 leaf || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return false;
            if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && !leaf.MatchesHostname(host)) return false;
            try
            {
                using var chain = new X509Chain();
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                chain.ChainPolicy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
                return chain.Build(leaf);
            }
            catch (Exception e) when (e is FormatException or CryptographicException)
            {
                return false;
            }
        };
    }

    private static void CheckShape(Node answer, string uid)
    {
        if (answer["kind"] != "AdmissionReview" || answer["apiVersion"] != "admission.k8s.io/v1")
        {
            throw new WebhookFailure($"received invalid webhook response: expected webhook response of admission.k8s.io/v1, " +
                $"Kind=AdmissionReview, got {answer["apiVersion"].Text()}, Kind={answer["kind"].Text()}");
        }

        if (answer["response"].AsMap() is null) throw new WebhookFailure("webhook response was absent");
        if (answer["response"]["uid"] != uid)
        {
            throw new WebhookFailure(
                $"received invalid webhook response: expected response.uid=\"{uid}\", got \"{answer["response"]["uid"].Text()}\"");
        }
    }

    private static ListNode? ReadPatch(Webhook webhook, Node response)
    {
        if (response["patch"].AsString() is not { Length: > 0 } patch) return null;
        if (response["patchType"] != "JSONPatch")
        {
            throw new ApiException(500, "InternalError", $"Internal error occurred: admission webhook \"{webhook.Name}\" answered with a patch of " +
                $"type \"{response["patchType"].Text()}\"; only JSONPatch is known");
        }

        try
        {
            return Json.Parse(Convert.FromBase64String(patch)).AsList();
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new ApiException(500, "InternalError", $"Internal error occurred: admission webhook \"{webhook.Name}\": {e.Message}");
        }
    }

    private static ApiException Denied(string name, Node status)
    {
        var why = status["message"].Text() is { Length: > 0 } message ? ": " + message
            : status["reason"].Text() is { Length: > 0 } reason ? ": " + reason
            : " without explanation";
        var code = status["code"].AsInt() is >= 400 and <= 599 and var stated ? (int)stated : 400;
        return new(code, status["reason"].Text(), $"admission webhook \"{name}\" denied the request{why}") { Details = status["details"] };
    }

    private sealed class WebhookFailure(string message) : Exception(message);
}
