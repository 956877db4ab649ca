using Microsoft.Extensions.Time.Testing;
using Plumb.Web.Session;

namespace Plumb.Web.Tests.Session;

public sealed class PaceTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Pace _pace;
    private int _told;
    private Task _running = Task.CompletedTask;

    public PaceTests() => _pace = new Pace(_clock);

    public ValueTask InitializeAsync()
    {
        _running = _pace.RunAsync(() => Interlocked.Increment(ref _told), _end.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_running);
        _end.Dispose();
    }

    [Fact]
    public async Task Changes_that_come_together_are_told_once()
    {
        for (var round = 1; round <= 5; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                _pace.Note();
            }

            await UntilToldAsync(round);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task What_changes_during_the_rest_is_told_after_it()
    {
        _pace.Note();
        await UntilToldAsync(1);
        var told = _clock.GetUtcNow();
        _pace.Note();
        await UntilToldAsync(2);

        (_clock.GetUtcNow() - told).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(150));
    }

    /// <summary>The clock goes on in small steps, each only after what the last one woke has run.</summary>
    private async Task UntilToldAsync(int times)
    {
        for (var deadline = Environment.TickCount64 + 20_000; Volatile.Read(ref _told) < times; await Task.Delay(1, TestContext.Current.CancellationToken))
        {
            (Environment.TickCount64 < deadline).ShouldBeTrue($"told {_told} times instead of {times}");
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        _told.ShouldBe(times);
    }
}
