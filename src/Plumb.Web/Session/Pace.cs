using System.Threading.Channels;

namespace Plumb.Web.Session;

/// <summary>
/// Tells of changes soon after the first one, together with those that come along with it, and then not again before a beat has passed. While
/// nothing changes it does nothing.
/// </summary>
internal sealed class Pace(TimeProvider clock)
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(210);

    private readonly Channel<bool> _noted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something changed.</summary>
    public void Note() => _noted.Writer.TryWrite(true);

    /// <summary>Tells until cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(Action tell, CancellationToken ct)
    {
        await foreach (var _ in _noted.Reader.ReadAllAsync(ct))
        {
            await Task.Delay(Gathering, clock, ct);
            // What was noted meanwhile is told with it.
            _noted.Reader.TryRead(out var _);
            tell();
            await Task.Delay(Rest, clock, ct);
        }
    }
}
