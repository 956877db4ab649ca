using System.Collections.Concurrent;
using System.Text;
using Plumb.Conformance.Tests;
using Plumb.Conformance.Tests.Comparing;
using Plumb.Conformance.Tests.Differences;
using Plumb.Conformance.Tests.Running;
using Plumb.Conformance.Tests.Scenarios;
using Plumb.Conformance.Tests.Servers;
using Plumb.Sandbox;

[assembly: AssemblyFixture(typeof(ConformanceRun))]

namespace Plumb.Conformance.Tests;

/// <summary>
/// Plays all scenarios once, on the sandbox and, when <c>PLUMB_TEST_KUBECONFIG</c> names one, on a real control plane. The only place
/// that knows which server is which.
/// </summary>
public sealed class ConformanceRun : IAsyncLifetime
{
    private const int AtOnce = 4;

    private readonly ConcurrentDictionary<string, Outcome> _outcomes = new();
    private readonly ConcurrentDictionary<string, int> _seen = new();
    private int _pairs;

    internal IReadOnlyList<Scenario> Scenarios { get; } = Chosen();

    /// <summary>Whether a real control plane was there to compare with.</summary>
    public bool IsCompared { get; private set; }

    /// <summary>Whether every scenario was played, not only those that were asked for.</summary>
    public bool IsWhole { get; } = Wanted is null;

    /// <summary>Answers of the two servers that were compared.</summary>
    public int Pairs => _pairs;

    /// <summary>Requests that the sandbox answered.</summary>
    public int Requests { get; private set; }

    /// <summary>Known differences that occurred, by title.</summary>
    public IReadOnlyDictionary<string, int> Seen => _seen;

    internal Outcome OutcomeOf(string scenario) => _outcomes[scenario];

    private static string? Wanted => Environment.GetEnvironmentVariable("PLUMB_CONFORMANCE") is { Length: > 0 } wanted ? wanted : null;

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var started = await SandboxServer.StartAsync(new SandboxOptions { HistorySize = 100_000 }, ct);
        using var sandbox = await ApiServer.ConnectAsync("the sandbox", started.Kubeconfig, ct);
        using var real = await RealAsync(ct);
        IsCompared = real is not null;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(Scenarios.Index(), limits, async (s, token) => _outcomes[s.Item.Name] = await PlayAsync(s.Index, s.Item, sandbox, real, token));
        Requests = _outcomes.Values.Sum(o => o.Requests);
        WriteRecord();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<ApiServer?> RealAsync(CancellationToken ct)
    {
        var path = Environment.GetEnvironmentVariable("PLUMB_TEST_KUBECONFIG");
        return string.IsNullOrEmpty(path) ? null : await ApiServer.ConnectAsync("the control plane", await File.ReadAllTextAsync(path, ct), ct);
    }

    private async Task<Outcome> PlayAsync(int index, Scenario scenario, ApiServer sandbox, ApiServer? real, CancellationToken ct)
    {
        var id = $"{index}{Guid.NewGuid().ToString("N")[..5]}";
        var outcome = new Outcome();
        var ours = await PlayAsync(scenario, sandbox, "s" + id, outcome, ct);
        outcome.Requests = ours.Count;
        if (real is null) return outcome;
        var theirs = await PlayAsync(scenario, real, "s" + id, outcome, ct);
        foreach (var (a, b) in ours.Zip(theirs))
        {
            Interlocked.Increment(ref _pairs);
            Compare(a, b, outcome);
        }

        return outcome;
    }

    private static async Task<IReadOnlyList<Exchange>> PlayAsync(Scenario scenario, ApiServer server, string id, Outcome outcome, CancellationToken ct)
    {
        await using var player = new Player(server, scenario, id);
        try
        {
            var exchanges = await player.PlayAsync(ct);
            foreach (var exchange in exchanges.Where(e => e.Broken.Count > 0))
            {
                outcome.Faults.Add($"{server.Name}, {exchange.Step}: expected {string.Join("; ", exchange.Broken)}\n    {exchange.Answer}");
            }

            return exchanges;
        }
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or IOException or FormatException)
        {
            outcome.Faults.Add($"{server.Name}: {error.Message}");
            return [];
        }
    }

    private void Compare(Exchange sandbox, Exchange real, Outcome outcome)
    {
        var open = new List<Deviation>();
        foreach (var deviation in Likeness.Compare(sandbox, real))
        {
            var known = Explain(real, deviation);
            if (known is null) open.Add(deviation);
            foreach (var title in known ?? []) _seen.AddOrUpdate(title, 1, (_, n) => n + 1);
            outcome.Record.Add($"{real.Step}: {deviation}  [{(known is null ? "UNKNOWN" : string.Join("; ", known))}]");
        }

        if (open.Count == 0) return;
        outcome.Faults.Add($"{real.Step}: the sandbox differs\n  " + string.Join("\n  ", open)
            + $"\n    request: {real.Request.Method} {real.Request.Path} {real.Request.Body}\n    sandbox: {sandbox.Answer}\n    real:    {real.Answer}");
    }

    /// <summary>The titles of the known differences that a deviation comes from; null when there is none.</summary>
    private static IReadOnlyList<string>? Explain(Exchange exchange, Deviation deviation)
    {
        if (KnownDifferences.All.FirstOrDefault(k => k.Covers(exchange.Request, deviation)) is { } known) return [known.Title];
        return deviation.Sandbox.AsString() is { } sandbox && deviation.Real.AsString() is { } real
            ? Wording.Explain(sandbox, real, KnownDifferences.Wordings)
            : null;
    }

    private void WriteRecord()
    {
        var text = new StringBuilder();
        foreach (var (name, outcome) in _outcomes.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            if (outcome.Record.Count > 0) text.AppendLine(name).AppendJoin('\n', outcome.Record.Select(r => "  " + r)).AppendLine();
        }

        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "differences.txt"), text.ToString());
    }

    private static List<Scenario> Chosen() =>
        [.. ScenarioFile.ReadAll().Where(s => Wanted is null || s.Name.Contains(Wanted, StringComparison.OrdinalIgnoreCase))];
}

/// <summary>What came of a scenario.</summary>
internal sealed class Outcome
{
    public int Requests { get; set; }

    public List<string> Faults { get; } = [];

    /// <summary>Every place in which the answers differ, with the known difference that explains it.</summary>
    public List<string> Record { get; } = [];
}
