namespace Plumb.Kubernetes.Client;

/// <summary>Responses that are read as they come: watches, logs. Opening one is bounded in time, reading it is not.</summary>
internal sealed class OpenResponse(KubeConnection connection, KubeClientOptions options, TimeProvider time, KubernetesMetrics metrics)
{
    private const int MaxRefusal = 1024 * 1024;

    /// <summary>The response once its head is there. The caller disposes it.</summary>
    /// <param name="verb">What to count it as.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="accept">Media types asked for.</param>
    /// <param name="ct">Stops.</param>
    /// <exception cref="KubeApiException">Refused, or no answer in time.</exception>
    public async Task<HttpResponseMessage> GetAsync(string verb, string path, string accept, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        var code = 0;
        try
        {
            var response = await connection.SendAsync(HttpMethod.Get, path, null, accept, linked.Token);
            code = (int)response.StatusCode;
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                await response.Content.LoadIntoBufferAsync(MaxRefusal, linked.Token);
                throw StatusReader.FromResponse(response, await response.Content.ReadAsByteArrayAsync(linked.Token));
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new KubeApiException(0, "Timeout", $"{connection.Server.Authority} did not answer within {options.RequestTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw NoAnswer.From(connection.Server.Authority, e);
        }
        finally
        {
            metrics.Request(verb, code);
        }
    }
}
