namespace Plumb.Reconcile.Tests.Support;

/// <summary>A clock whose date somebody can set. As on any machine, timers and elapsed times take no notice.</summary>
internal sealed class SettableClock : TimeProvider
{
    private long _offset;

    public void Jump(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));
}
