using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Plumb.Api;

/// <summary>The server refused or could not be reached. The message is fit for people.</summary>
/// <param name="message">What failed and why.</param>
/// <param name="status">HTTP status; null when there was no answer.</param>
/// <param name="inner">The cause.</param>
public sealed class PlumbApiException(string message, HttpStatusCode? status = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>HTTP status; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; } = status;
}

/// <summary>Typed client of the server's HTTP API.</summary>
/// <param name="http">Client whose base address is the server's root. The caller keeps it.</param>
public sealed class PlumbClient(HttpClient http)
{
    /// <summary>All applications, by name.</summary>
    public Task<IReadOnlyList<ApplicationSummary>> ListApplicationsAsync(CancellationToken ct) =>
        GetAsync("api/v1/applications", ApiJson.Default.IReadOnlyListApplicationSummary, ct);

    /// <summary>One application.</summary>
    public Task<ApplicationDetail> GetApplicationAsync(string name, CancellationToken ct) =>
        GetAsync($"api/v1/applications/{Escape(name)}", ApiJson.Default.ApplicationDetail, ct);

    /// <summary>What a sync would do now.</summary>
    public Task<PlanRecord> GetPlanAsync(string name, CancellationToken ct) =>
        GetAsync($"api/v1/applications/{Escape(name)}/plan", ApiJson.Default.PlanRecord, ct);

    /// <summary>Runs, newest first.</summary>
    public Task<IReadOnlyList<RunRecord>> ListRunsAsync(string name, int limit, CancellationToken ct) =>
        GetAsync($"api/v1/applications/{Escape(name)}/runs?limit={limit}", ApiJson.Default.IReadOnlyListRunRecord, ct);

    /// <summary>Resources and what they own.</summary>
    public Task<IReadOnlyList<TreeRecord>> GetTreeAsync(string name, CancellationToken ct) =>
        GetAsync($"api/v1/applications/{Escape(name)}/tree", ApiJson.Default.IReadOnlyListTreeRecord, ct);

    /// <summary>Syncs and waits for the run to end.</summary>
    public async Task<RunRecord> SyncAsync(string name, SyncBody body, CancellationToken ct)
    {
        using var response = await SendAsync(
            HttpMethod.Post, $"api/v1/applications/{Escape(name)}/sync", JsonContent.Create(body, ApiJson.Default.SyncBody), ct).ConfigureAwait(false);
        return await ReadAsync(response, ApiJson.Default.RunRecord, ct).ConfigureAwait(false);
    }

    /// <summary>Asks for a fresh fetch and comparison.</summary>
    public Task RefreshAsync(string name, CancellationToken ct) => PostAsync($"api/v1/applications/{Escape(name)}/refresh", null, ct);

    /// <summary>Stops the run that goes on.</summary>
    public Task TerminateAsync(string name, CancellationToken ct) => PostAsync($"api/v1/applications/{Escape(name)}/terminate", null, ct);

    /// <summary>Allows what the application asks a person to confirm.</summary>
    public Task ConfirmAsync(string name, CancellationToken ct) => PostAsync($"api/v1/applications/{Escape(name)}/confirm", null, ct);

    /// <summary>Deletes the application and waits until it is gone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cascade">With its resources.</param>
    /// <param name="ct">Cancels the wait, not the deletion.</param>
    /// <param name="propagation"><c>foreground</c>, <c>background</c> or <c>orphan</c>: what becomes of the objects that its resources own.</param>
    /// <param name="hooks">Run the hooks around the deletion.</param>
    public async Task DeleteAsync(string name, bool cascade, CancellationToken ct, string propagation = "foreground", bool hooks = true)
    {
        var query = $"cascade={Flag(cascade)}&propagation={Uri.EscapeDataString(propagation)}&hooks={Flag(hooks)}";
        using var response = await SendAsync(HttpMethod.Delete, $"api/v1/applications/{Escape(name)}?{query}", null, ct).ConfigureAwait(false);

        static string Flag(bool value) => value ? "true" : "false";
    }

    /// <summary>All clusters.</summary>
    public Task<IReadOnlyList<ClusterRecord>> ListClustersAsync(CancellationToken ct) =>
        GetAsync("api/v1/clusters", ApiJson.Default.IReadOnlyListClusterRecord, ct);

    /// <summary>Version of the server.</summary>
    public Task<VersionRecord> GetVersionAsync(CancellationToken ct) => GetAsync("api/v1/version", ApiJson.Default.VersionRecord, ct);

    /// <summary>Tells of a push to a repository.</summary>
    public Task PushedAsync(string repository, CancellationToken ct) =>
        PostAsync("api/v1/push", JsonContent.Create(new PushBody(repository), ApiJson.Default.PushBody), ct);

    /// <summary>An application's states as they change, beginning with the present one, until cancelled or the server ends.</summary>
    public async IAsyncEnumerable<ApplicationDetail> WatchAsync(string name, [EnumeratorCancellation] CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/applications/{Escape(name)}/events");
        using var response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        await using var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            yield return JsonSerializer.Deserialize(line.AsSpan(6), ApiJson.Default.ApplicationDetail)
                ?? throw new PlumbApiException("the server sent an empty event");
        }
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, ct).ConfigureAwait(false);
        return await ReadAsync(response, type, ct).ConfigureAwait(false);
    }

    private async Task PostAsync(string path, HttpContent? content, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Post, path, content, ct).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await SendAsync(request, HttpCompletionOption.ResponseContentRead, ct).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken ct)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, completion, ct).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new PlumbApiException(
                $"no Plumb server answers at {http.BaseAddress}: {e.Message}. Start one with `plumb demo` or `plumb serve`, or name another with --server.", null, e);
        }

        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
            throw new PlumbApiException(Describe(text, response.StatusCode), response.StatusCode);
        }
    }

    private static string Describe(string text, HttpStatusCode status)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, ApiJson.Default.ProblemRecord) is { } problem)
                return problem.Detail ?? problem.Title ?? $"the server answered {(int)status}";
        }
        catch (JsonException)
        {
            // Not ours: a proxy's page.
        }

        return $"the server answered {(int)status}";
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct) =>
        await response.Content.ReadFromJsonAsync(type, ct).ConfigureAwait(false)
        ?? throw new PlumbApiException("the server sent an empty answer", response.StatusCode);

    private static string Escape(string name) => Uri.EscapeDataString(name);
}
