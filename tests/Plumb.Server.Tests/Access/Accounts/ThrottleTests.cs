using Microsoft.Extensions.Time.Testing;
using Plumb.Server.Access.Accounts;

namespace Plumb.Server.Tests.Access.Accounts;

/// <summary>Who guesses is slowed down, by account and by address.</summary>
public sealed class ThrottleTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly SignInThrottle _throttle;

    public ThrottleTests() => _throttle = new SignInThrottle(_time);

    [Fact]
    public void AfterFiveFailures_EachWaitIsTwiceTheOneBefore_UpToTwoMinutes()
    {
        for (var i = 0; i < 5; i++) Wait("alice", $"10.0.0.{i}").ShouldBe(0);
        var waits = new List<double>();
        for (var i = 5; i < 15; i++)
        {
            var wait = Wait("alice", $"10.0.0.{i}");
            waits.Add(wait);
            _time.Advance(TimeSpan.FromSeconds(wait));
            Wait("alice", $"10.0.0.{i}").ShouldBe(0);
        }

        waits.ShouldBe([1, 2, 4, 8, 16, 32, 64, 120, 120, 120]);
    }

    [Fact]
    public void Waiting_IsNotMadeLongerByTryingAgain()
    {
        for (var i = 0; i < 5; i++) Wait("alice", "10.0.0.1");
        for (var i = 0; i < 100; i++) Wait("alice", "10.0.0.1").ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Wait("alice", "10.0.0.1").ShouldBe(0);
    }

    [Fact]
    public void AnAddressThatTriesManyAccounts_IsSlowedDown_AndOthersAreNot()
    {
        for (var i = 0; i < 20; i++) Wait($"account{i}", "10.0.0.1").ShouldBe(0);

        Wait("alice", "10.0.0.1").ShouldBeGreaterThan(0);
        Wait("alice", "10.0.0.2").ShouldBe(0);
    }

    [Fact]
    public void AddressesOfOneSmallNetwork_CountAsOne()
    {
        for (var i = 0; i < 20; i++) Wait($"account{i}", $"2001:db8:1:2::{i:x}").ShouldBe(0);

        Wait("alice", "2001:db8:1:2:ffff::1").ShouldBeGreaterThan(0);
        Wait("alice", "2001:db8:1:3::1").ShouldBe(0);
    }

    [Fact]
    public void SigningInRight_LetsTheAccountBeginAnew_ButNotTheAddress()
    {
        for (var i = 0; i < 19; i++) Wait($"account{i}", "10.0.0.1").ShouldBe(0);
        Wait("mallory", "10.0.0.1").ShouldBe(0);
        _throttle.Succeeded("mallory", "10.0.0.1");

        Wait("victim", "10.0.0.1").ShouldBe(0);
        Wait("victim", "10.0.0.1").ShouldBeGreaterThan(0);
    }

    [Fact]
    public void AttemptsAtTheSameTime_AreCountedBeforeTheyEnd()
    {
        var free = 0;
        Parallel.For(0, 200, i => { if (_throttle.Begin("alice", $"10.0.{i / 100}.{i % 100}").Wait == TimeSpan.Zero) Interlocked.Increment(ref free); });
        free.ShouldBe(5);
    }

    [Fact]
    public void FailuresAreForgotten_AfterHalfAnHourWithoutOne()
    {
        for (var i = 0; i < 5; i++) Wait("alice", "10.0.0.1");
        _time.Advance(TimeSpan.FromMinutes(30));
        for (var i = 0; i < 5; i++) Wait("alice", "10.0.0.1").ShouldBe(0);
    }

    [Fact]
    public void CountingHasABound_AndTheMostActiveStaySlowedDown()
    {
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(Wait("alice", "10.0.0.1")));
        }

        for (var i = 0; i < 60_000; i++) Wait($"name{i}", $"10.{i / 65536}.{i / 256 % 256}.{i % 256}");

        var waits = 0d;
        for (var i = 0; i < 2; i++) waits += Wait("alice", "10.0.0.1");
        waits.ShouldBeGreaterThan(0);
    }

    private double Wait(string account, string address) => _throttle.Begin(account, address).Wait.TotalSeconds;
}
