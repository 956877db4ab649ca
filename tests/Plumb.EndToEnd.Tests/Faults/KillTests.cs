using System.Globalization;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>
/// <c>kill -9</c> at random points of syncs, with a real server process, real Git and a cluster that outlives it.
/// <c>PLUMB_FAULTS_SEED</c> plays a seed again, <c>PLUMB_FAULTS_KILLS</c> changes the number of kills.
/// </summary>
public sealed class KillTests
{
    private const int Lanes = 2; // starting a process is most of the work: one lane for each of a small machine's processors

    [Fact]
    public async Task APlumbKilledAtRandomPoints_FinishesOrReportsEveryRun_AndAppliesNothingTwice_LosesNothing_PrunesNothingWrongly()
    {
        var seed = Number("PLUMB_FAULTS_SEED") ?? Random.Shared.Next();
        var kills = Number("PLUMB_FAULTS_KILLS") ?? 200;
        Console.WriteLine($"kill -9: PLUMB_FAULTS_SEED={seed}");
        var lanes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
        {
            await using var played = await KillLane.CreateAsync(new Random(unchecked((seed * Lanes) + lane)), $"seed {seed}, lane {lane}");
            return await played.PlayAsync((kills / Lanes) + (lane < kills % Lanes ? 1 : 0));
        }));

        Console.WriteLine($"kill -9: {lanes.Sum(l => l.Kills)} kills, {lanes.Sum(l => l.Interrupted)} runs interrupted, "
            + $"{lanes.Sum(l => l.Runs)} runs, {lanes.Sum(l => l.Jobs)} Jobs of hooks, {lanes.Sum(l => l.Checks)} times converged and checked");
        lanes.Sum(l => l.Kills).ShouldBe(kills);
        lanes.Sum(l => l.Interrupted).ShouldBeGreaterThan(kills / 4, "most kills must hit a sync, else they prove nothing");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;
}
