using System.Diagnostics;
using System.Text;

namespace Plumb.Bench.Viewers;

/// <summary>A change that is under way to the viewers: who has seen it, and how long that took.</summary>
/// <param name="application">The application that changes.</param>
/// <param name="word">What becomes of its sync status, as the API says it.</param>
/// <param name="text">What the page then says.</param>
/// <param name="viewers">How many look.</param>
internal sealed class Sighting(string application, string word, string text, int viewers)
{
    private readonly byte[] _text = Encoding.UTF8.GetBytes(text);
    private readonly double[] _taken = new double[viewers];
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing = viewers;

    /// <summary>The page of a viewer changed.</summary>
    public void Look(int viewer, ReadOnlyMemory<byte> change)
    {
        if (_taken[viewer] == 0 && change.Span.IndexOf(_text) >= 0) See(viewer);
    }

    /// <summary>The feed of a viewer told of an application.</summary>
    public void Hear(int viewer, string name, string sync)
    {
        if (_taken[viewer] == 0 && name == application && sync == word) See(viewer);
    }

    /// <summary>Milliseconds for each viewer, once all have seen it.</summary>
    /// <exception cref="TimeoutException">Some have not within ten seconds.</exception>
    public async Task<IReadOnlyList<double>> AllAsync(CancellationToken ct)
    {
        await _all.Task.WaitAsync(TimeSpan.FromSeconds(10), ct);
        return _taken;
    }

    private void See(int viewer)
    {
        _taken[viewer] = Stopwatch.GetElapsedTime(_begun).TotalMilliseconds;
        if (Interlocked.Decrement(ref _missing) == 0) _all.SetResult();
    }
}
