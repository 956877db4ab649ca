using Plumb.Manifests.Documents;

namespace Plumb.Conformance.Tests.Running;

/// <summary>A watch that a scenario has opened.</summary>
internal sealed class OpenWatch(HttpResponseMessage response) : IDisposable
{
    private StreamReader? _lines;

    /// <summary>The next event; <c>END</c> when the server has closed the watch, <c>SILENCE</c> when nothing came in time.</summary>
    public async Task<Node> NextAsync(TimeSpan patience, CancellationToken ct)
    {
        _lines ??= new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            var line = await _lines.ReadLineAsync(limit.Token);
            return line is null ? new MapNode { ["type"] = "END" } : Json.Parse(line);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new MapNode { ["type"] = "SILENCE" };
        }
    }

    public void Dispose()
    {
        _lines?.Dispose();
        response.Dispose();
    }
}
