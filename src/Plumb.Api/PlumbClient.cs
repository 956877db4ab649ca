using System.Globalization;
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
/// <param name="http">Client whose base address is the server's root, with the token that it sends, if any. The caller keeps it.</param>
public sealed partial class PlumbClient(HttpClient http) : IPlumbApi
{
    private const int MaxEvent = 64 * 1024 * 1024;

    /// <summary>All applications, by name, however many pages that takes.</summary>
    public async Task<IReadOnlyList<ApplicationSummary>> ListApplicationsAsync(CancellationToken ct)
    {
        var all = new List<ApplicationSummary>();
        var query = new ApplicationQuery { Limit = ApplicationQuery.MaxLimit };
        while (true)
        {
            var page = await ListApplicationsAsync(query, ct).ConfigureAwait(false);
            all.AddRange(page.Items);
            if (page.Next is null) return all;
            query = query with { After = page.Next };
        }
    }

    /// <inheritdoc/>
    public Task<Page<ApplicationSummary>> ListApplicationsAsync(ApplicationQuery query, CancellationToken ct) =>
        GetAsync(
            "applications" + Query(
                ("text", query.Text), ("health", Joined(query.Health)), ("sync", Joined(query.Sync)), ("project", Joined(query.Projects)), ("cluster", Joined(query.Clusters)),
                ("namespace", Joined(query.Namespaces)), ("labels", query.Labels), ("attention", query.Attention ? "true" : ""), ("sort", query.Sort),
                ("limit", Number(query.Limit)), ("after", query.After ?? "")),
            ApiJson.Default.PageApplicationSummary, ct);

    /// <inheritdoc/>
    public Task<ApplicationDetail> GetApplicationAsync(string name, CancellationToken ct) => GetAsync(App(name), ApiJson.Default.ApplicationDetail, ct);

    /// <inheritdoc/>
    public Task<PlanRecord> GetPlanAsync(string name, CancellationToken ct) => GetAsync($"{App(name)}/plan", ApiJson.Default.PlanRecord, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunRecord>> ListRunsAsync(string name, int limit, CancellationToken ct) =>
        GetAsync($"{App(name)}/runs?limit={Number(limit)}", ApiJson.Default.IReadOnlyListRunRecord, ct);

    /// <inheritdoc/>
    public Task<RunRecord> GetRunAsync(string application, string id, CancellationToken ct) =>
        GetAsync($"{App(application)}/runs/{Escape(id)}", ApiJson.Default.RunRecord, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TreeRecord>> GetTreeAsync(string name, CancellationToken ct) => GetAsync($"{App(name)}/tree", ApiJson.Default.IReadOnlyListTreeRecord, ct);

    /// <inheritdoc/>
    public Task<ResourceDetail> GetResourceAsync(string name, ResourceName resource, CancellationToken ct) =>
        GetAsync($"{App(name)}/resource{Query(Named(resource))}", ApiJson.Default.ResourceDetail, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ManifestRecord>> ListManifestsAsync(string name, CancellationToken ct) =>
        GetAsync($"{App(name)}/manifests", ApiJson.Default.IReadOnlyListManifestRecord, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EventRecord>> ListEventsAsync(string name, ResourceName? resource, CancellationToken ct) =>
        GetAsync($"{App(name)}/events{(resource is null ? "" : Query(Named(resource)))}", ApiJson.Default.IReadOnlyListEventRecord, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> ReadLogAsync(string name, LogQuery query, CancellationToken ct) => StreamAsync(
        $"{App(name)}/logs" + Query(
            [
                .. Named(query.Resource), ("container", query.Container), ("tail", Number(query.Tail)), ("since", Time(query.Since)),
                ("follow", query.Follow ? "true" : ""), ("previous", query.Previous ? "true" : ""),
            ]),
        "", ApiJson.Default.LogLine, ct);

    /// <inheritdoc/>
    public Task<RunRecord> SyncAsync(string name, SyncBody body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, $"{App(name)}/sync", body, ApiJson.Default.SyncBody, ApiJson.Default.RunRecord, ct);

    /// <inheritdoc/>
    public Task RefreshAsync(string name, CancellationToken ct) => DoAsync(HttpMethod.Post, $"{App(name)}/refresh", null, ct);

    /// <inheritdoc/>
    public Task TerminateAsync(string name, CancellationToken ct) => DoAsync(HttpMethod.Post, $"{App(name)}/terminate", null, ct);

    /// <inheritdoc/>
    public Task ConfirmAsync(string name, CancellationToken ct) => DoAsync(HttpMethod.Post, $"{App(name)}/confirm", null, ct);

    /// <inheritdoc/>
    public Task<DeletionRecord> PreviewDeletionAsync(string name, bool cascade, CancellationToken ct) =>
        GetAsync($"{App(name)}/deletion?cascade={Flag(cascade)}", ApiJson.Default.DeletionRecord, ct);

    /// <inheritdoc/>
    public Task DeleteAsync(string name, bool cascade, CancellationToken ct, string propagation = "foreground", bool hooks = true) =>
        DoAsync(HttpMethod.Delete, $"{App(name)}?cascade={Flag(cascade)}&propagation={Escape(propagation)}&hooks={Flag(hooks)}", null, ct);

    /// <inheritdoc/>
    public Task<RollbackRecord> PreviewRollbackAsync(string name, RollbackBody body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, $"{App(name)}/rollback/preview", body, ApiJson.Default.RollbackBody, ApiJson.Default.RollbackRecord, ct);

    /// <inheritdoc/>
    public Task<RollbackRecord> RollbackAsync(string name, RollbackBody body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, $"{App(name)}/rollback", body, ApiJson.Default.RollbackBody, ApiJson.Default.RollbackRecord, ct);

    /// <inheritdoc/>
    public Task<ApplicationDetail> SuspendAsync(string name, SuspendBody body, CancellationToken ct) =>
        SendAsync(HttpMethod.Put, $"{App(name)}/suspension", body, ApiJson.Default.SuspendBody, ApiJson.Default.ApplicationDetail, ct);

    /// <inheritdoc/>
    public async Task<ApplicationDetail> ResumeAsync(string name, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Delete, $"{App(name)}/suspension", null, ct).ConfigureAwait(false);
        return await ReadAsync(response, ApiJson.Default.ApplicationDetail, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ApplicationChange> WatchApplicationsAsync(CancellationToken ct) => StreamAsync("watch", "data: ", ApiJson.Default.ApplicationChange, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<ApplicationDetail> WatchAsync(string name, CancellationToken ct) =>
        StreamAsync($"{App(name)}/watch", "data: ", ApiJson.Default.ApplicationDetail, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClusterRecord>> ListClustersAsync(CancellationToken ct) => GetAsync("clusters", ApiJson.Default.IReadOnlyListClusterRecord, ct);

    /// <inheritdoc/>
    public Task<ClusterRecord> GetClusterAsync(string name, CancellationToken ct) => GetAsync($"clusters/{Escape(name)}", ApiJson.Default.ClusterRecord, ct);

    /// <inheritdoc/>
    public Task<ClusterRecord> AddClusterAsync(ClusterBody body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, "clusters", body, ApiJson.Default.ClusterBody, ApiJson.Default.ClusterRecord, ct);

    /// <inheritdoc/>
    public Task<ClusterCheckRecord> CheckClusterAsync(ClusterBody body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, "clusters/check", body, ApiJson.Default.ClusterBody, ApiJson.Default.ClusterCheckRecord, ct);

    /// <inheritdoc/>
    public Task<ClusterRecord> ChangeClusterAsync(string name, ClusterPatch patch, CancellationToken ct) =>
        SendAsync(HttpMethod.Patch, $"clusters/{Escape(name)}", patch, ApiJson.Default.ClusterPatch, ApiJson.Default.ClusterRecord, ct);

    /// <inheritdoc/>
    public Task RemoveClusterAsync(string name, bool force, CancellationToken ct) => DoAsync(HttpMethod.Delete, $"clusters/{Escape(name)}?force={Flag(force)}", null, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RepositoryRecord>> ListRepositoriesAsync(CancellationToken ct) => GetAsync("repositories", ApiJson.Default.IReadOnlyListRepositoryRecord, ct);

    /// <inheritdoc/>
    public Task PushedAsync(string repository, CancellationToken ct) =>
        DoAsync(HttpMethod.Post, "push", JsonContent.Create(new PushBody(repository), ApiJson.Default.PushBody), ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProjectRecord>> ListProjectsAsync(CancellationToken ct) => GetAsync("projects", ApiJson.Default.IReadOnlyListProjectRecord, ct);

    /// <inheritdoc/>
    public Task<ProjectRecord> GetProjectAsync(string name, CancellationToken ct) => GetAsync($"projects/{Escape(name)}", ApiJson.Default.ProjectRecord, ct);

    /// <inheritdoc/>
    public Task<SettingsRecord> GetSettingsAsync(CancellationToken ct) => GetAsync("settings", ApiJson.Default.SettingsRecord, ct);

    /// <inheritdoc/>
    public Task<VersionRecord> GetVersionAsync(CancellationToken ct) => GetAsync("version", ApiJson.Default.VersionRecord, ct);

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, ct).ConfigureAwait(false);
        return await ReadAsync(response, type, ct).ConfigureAwait(false);
    }

    private async Task DoAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var response = await SendAsync(method, path, content, ct).ConfigureAwait(false);
    }

    private async Task<T> SendAsync<TBody, T>(HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var response = await SendAsync(method, path, JsonContent.Create(body, bodyType), ct).ConfigureAwait(false);
        return await ReadAsync(response, type, ct).ConfigureAwait(false);
    }

    /// <summary>Documents one a line, each after the same few letters; other lines say nothing.</summary>
    private async IAsyncEnumerable<T> StreamAsync<T>(string path, string before, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Root + path);
        using var response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        await using var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            if (line.Length <= before.Length || line.Length > MaxEvent || !line.StartsWith(before, StringComparison.Ordinal)) continue;
            yield return JsonSerializer.Deserialize(line.AsSpan(before.Length), type) ?? throw new PlumbApiException("the server sent an empty event");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, Root + path) { Content = content };
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

    private const string Root = "api/v1/";

    private static string Escape(string name) => Uri.EscapeDataString(name);

    private static string App(string name) => "applications/" + Escape(name);

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Joined(IReadOnlyList<string> values) => string.Join(',', values);

    private static (string Name, string Value)[] Named(ResourceName resource) =>
        [("group", resource.Group), ("kind", resource.Kind), ("namespace", resource.Namespace), ("name", resource.Name)];

    /// <summary>Those that have a value.</summary>
    private static string Query(params IEnumerable<(string Name, string Value)> parameters) =>
        string.Join('&', parameters.Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={Escape(p.Value)}")) is { Length: > 0 } query ? "?" + query : "";
}
