using System.Net.Http.Headers;
using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Conformance.Tests.Servers;

/// <summary>
/// One of the servers that the suite speaks to. Which one it is only shows in <see cref="Name"/>, for messages, and in
/// <see cref="Minor"/>, which it says itself.
/// </summary>
internal sealed class ApiServer(string name, HttpClient http) : IDisposable
{
    public string Name { get; } = name;

    /// <summary>The minor version that <c>/version</c> tells: 20 for Kubernetes 1.20.</summary>
    public int Minor { get; private set; }

    public static async Task<ApiServer> ConnectAsync(string name, string kubeconfig, CancellationToken ct)
    {
        var server = new ApiServer(name, Kubeconfig.Connect(kubeconfig));
        var version = await server.SendAsync(new("GET", "/version", [], null), ct);
        server.Minor = int.Parse(version.Body["minor"].AsString()!.TrimEnd('+'), System.Globalization.CultureInfo.InvariantCulture);
        return server;
    }

    /// <summary>Sends and reads the whole answer.</summary>
    public async Task<Answer> SendAsync(WireRequest request, CancellationToken ct)
    {
        using var message = request.ToMessage();
        using var response = await http.SendAsync(message, ct);
        return await Answer.ReadAsync(response, ct);
    }

    /// <summary>Sends and reads the answer line by line.</summary>
    public async Task<HttpResponseMessage> OpenAsync(WireRequest request, CancellationToken ct)
    {
        using var message = request.ToMessage();
        return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    public void Dispose() => http.Dispose();
}

/// <summary>A request as it goes over the wire.</summary>
internal sealed record WireRequest(string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers, string? Body)
{
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Path);
        if (Body is { } body)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (!Headers.Any(h => h.Name == "Content-Type")) message.Content.Headers.ContentType = new("application/json");
        }

        foreach (var (name, value) in Headers)
        {
            if (name == "Content-Type") message.Content?.Headers.TryAddWithoutValidation(name, value);
            else message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}

/// <summary>What a server answered.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Headers">Those that matter to clients.</param>
/// <param name="Body">The body as a document; a text body that is no JSON is a string; absent when there is none.</param>
internal sealed record Answer(int Code, MapNode Headers, Node Body)
{
    private static readonly string[] Watched = ["Content-Type", "Warning", "Retry-After"];

    public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var headers = new MapNode();
        foreach (var name in Watched)
        {
            if (Values(response, name) is { Count: > 0 } values) headers[name] = new ListNode(values.Select(v => (Node)v));
        }

        return new((int)response.StatusCode, headers, Read(await response.Content.ReadAsStringAsync(ct)));
    }

    private static List<string> Values(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var some) || response.Content.Headers.NonValidated.TryGetValues(name, out some)
            ? [.. some]
            : [];

    private static Node Read(string text)
    {
        if (text.Length == 0) return Node.Absent;
        try
        {
            return Json.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }
    }

    public override string ToString() => $"{Code} {Json.WriteText(Headers)}\n{(Body.IsAbsent ? "" : Json.WriteText(Body))}";
}
