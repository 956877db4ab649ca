using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Plumb.EndToEnd.Tests.Clusters;

/// <summary>Stands before a plain-HTTP sandbox and notes, of each request, what it is and as whom it wants to act.</summary>
internal sealed partial class HeaderTap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<StringBuilder> _streams = [];
    private readonly int _upstream;
    private readonly Task _loop;

    public HeaderTap(Uri upstream)
    {
        _upstream = upstream.Port;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _loop = AcceptAsync();
    }

    public Uri Url { get; }

    /// <summary><c>PATCH /api/v1/… as USER</c>, without the query; the user is empty when there is none.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_streams)
            {
                return
                [
                    .. from stream in _streams
                       from Match request in Request().Matches(stream.ToString())
                       let user = User().Match(request.Groups["head"].Value)
                       select $"{request.Groups["line"].Value} as {user.Groups["user"].Value}",
                ];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true) open.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // stopped
        }

        await Task.WhenAll(open);
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _upstream, _stop.Token);
                await Task.WhenAny(TapAsync(client.GetStream(), server.GetStream()), server.GetStream().CopyToAsync(client.GetStream(), _stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // the other side went
            }
        }
    }

    private async Task TapAsync(NetworkStream from, NetworkStream to)
    {
        var text = new StringBuilder();
        lock (_streams) _streams.Add(text);
        var chunk = new byte[8192];
        int read;
        while ((read = await from.ReadAsync(chunk, _stop.Token)) > 0)
        {
            lock (_streams) text.Append(Encoding.Latin1.GetString(chunk, 0, read));
            await to.WriteAsync(chunk.AsMemory(0, read), _stop.Token);
        }
    }

    [GeneratedRegex(@"(?<line>(GET|POST|PUT|PATCH|DELETE) /[^ ?]*)[^ ]* HTTP/1\.1\r\n(?<head>.*?)\r\n\r\n", RegexOptions.Singleline)]
    private static partial Regex Request();

    [GeneratedRegex(@"^Impersonate-User: (?<user>.*?)\r?$", RegexOptions.Multiline)]
    private static partial Regex User();
}
