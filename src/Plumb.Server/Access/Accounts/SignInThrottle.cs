using System.Net;
using System.Net.Sockets;

namespace Plumb.Server.Access.Accounts;

/// <summary>
/// Slows down who guesses passwords: after a few failures an account, and after some more an address, must wait, each time twice as long.
/// Unknown names are counted as known ones, so that nobody learns which there are. Counted in memory, with a bound.
/// </summary>
internal sealed class SignInThrottle(TimeProvider time)
{
    private const int MostCounts = 20_000;
    private const int FreeForAccount = 5;
    private const int FreeForAddress = 20;

    private static readonly TimeSpan LongestForAccount = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestForAddress = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Count> _counts = new(StringComparer.Ordinal); // guarded by _gate

    /// <summary>
    /// Begins an attempt, which counts as failed until <see cref="Succeeded"/> is told: many at the same time must not be free.
    /// </summary>
    /// <returns>How long to wait first, and whether that was told to nobody yet; zero: go on.</returns>
    public (TimeSpan Wait, bool IsNew) Begin(string account, string address)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var byAccount = Find("a" + account, now);
            var byAddress = Find("n" + Network(address), now);
            var until = byAccount.BlockedUntil > byAddress.BlockedUntil ? byAccount.BlockedUntil : byAddress.BlockedUntil;
            if (until > now)
            {
                var isNew = !byAccount.Told || !byAddress.Told;
                byAccount.Told = byAddress.Told = true;
                return (until - now, isNew);
            }

            byAccount.Fail(now, FreeForAccount, LongestForAccount);
            byAddress.Fail(now, FreeForAddress, LongestForAddress);
            return (TimeSpan.Zero, false);
        }
    }

    /// <summary>The attempt was right: the account starts anew. The address keeps its count but for this one, as who guesses may have an account too.</summary>
    public void Succeeded(string account, string address)
    {
        lock (_gate)
        {
            _counts.Remove("a" + account);
            if (_counts.TryGetValue("n" + Network(address), out var count)) count.Unfail();
        }
    }

    /// <summary>Who has one address of a /64 has them all.</summary>
    private static string Network(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed)) return address;
        if (parsed.IsIPv4MappedToIPv6) parsed = parsed.MapToIPv4();
        return parsed.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(parsed.GetAddressBytes().AsSpan(0, 8)) : parsed.ToString();
    }

    private Count Find(string key, DateTimeOffset now)
    {
        if (_counts.TryGetValue(key, out var count) && now - count.LastAt < Forgotten) return count;
        if (_counts.Count >= MostCounts) MakeRoom(now);
        return _counts[key] = new Count { LastAt = now };
    }

    /// <summary>The forgotten ones go; when there are none, those of the fewest failures: the most active attacker stays slowed down.</summary>
    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (key, count) in _counts)
        {
            if (now - count.LastAt >= Forgotten) _counts.Remove(key);
        }

        if (_counts.Count < MostCounts) return;
        foreach (var key in _counts.OrderBy(c => c.Value.Failures).ThenBy(c => c.Value.LastAt).Take(MostCounts / 4).Select(c => c.Key).ToList())
            _counts.Remove(key);
    }

    private sealed class Count
    {
        private int _free;

        public int Failures { get; private set; }

        public DateTimeOffset LastAt { get; set; }

        public DateTimeOffset BlockedUntil { get; private set; }

        public bool Told { get; set; }

        public void Fail(DateTimeOffset now, int free, TimeSpan longest)
        {
            (_free, LastAt, Told) = (free, now, false);
            if (++Failures < free) return;
            var seconds = Math.Min(Math.Pow(2, Math.Min(Failures - free, 20)), longest.TotalSeconds);
            BlockedUntil = now.AddSeconds(seconds);
        }

        public void Unfail()
        {
            if (Failures > 0) Failures--;
            if (Failures < _free) BlockedUntil = default;
        }
    }
}
