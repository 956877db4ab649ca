namespace Plumb.Sandbox.Simulation;

/// <summary>
/// Decides by rules what happens to requests. The same seed and the same order of requests give the same faults. Thread-safe; rules may
/// be replaced while requests run.
/// </summary>
public sealed class RequestSimulation
{
    private readonly Lock _gate = new(); // guards all below
    private IReadOnlyList<SimulationRule> _rules = [];
    private int[] _used = [];
    private Random _random = new(0);
    private int _seed;

    /// <summary>The rules that hold now.</summary>
    public IReadOnlyList<SimulationRule> Rules
    {
        get
        {
            lock (_gate) return _rules;
        }
    }

    /// <summary>The seed that they began with.</summary>
    public int Seed
    {
        get
        {
            lock (_gate) return _seed;
        }
    }

    /// <summary>Replaces all rules; counting and chance begin anew.</summary>
    /// <exception cref="ArgumentException">A rate is no share, or a number is negative.</exception>
    public void Use(IReadOnlyList<SimulationRule> rules, int seed = 0)
    {
        foreach (var rule in rules) Check(rule);
        lock (_gate)
        {
            (_rules, _used, _random, _seed) = (rules, new int[rules.Count], new Random(seed), seed);
        }
    }

    /// <summary>What happens to a request; null: nothing. Of several rules the delays add up, and the first other fault counts.</summary>
    public SandboxFault? Decide(SandboxRequest request)
    {
        lock (_gate)
        {
            SandboxFault? found = null;
            for (var i = 0; i < _rules.Count; i++)
            {
                var rule = _rules[i];
                if (!Concerns(rule, request) || _used[i] >= rule.Times || (rule.Rate < 1 && _random.NextDouble() >= rule.Rate)) continue;
                _used[i]++;
                found = found is null ? rule.Fault : found.And(rule.Fault);
            }

            return found;
        }
    }

    private static bool Concerns(SimulationRule rule, SandboxRequest request) =>
        (rule.Verb.Length == 0 || rule.Verb == request.Verb)
        && (rule.Resource.Length == 0 || rule.Resource == request.Resource)
        && (rule.Namespace.Length == 0 || rule.Namespace == request.Namespace);

    private static void Check(SimulationRule rule)
    {
        var fault = rule.Fault;
        if (rule.Rate is not (>= 0 and <= 1)) throw new ArgumentException($"rate is {rule.Rate}; it is a share from 0 to 1");
        if (rule.Times is < 0) throw new ArgumentException($"times is {rule.Times}; it cannot be negative");
        if (fault.StatusCode is { } code and not (>= 400 and <= 599)) throw new ArgumentException($"status is {code}; it must be from 400 to 599");
        if (fault.Delay < TimeSpan.Zero || fault.Delay > TimeSpan.FromHours(1)) throw new ArgumentException($"delay is {fault.Delay}; from 0 to 1 hour");
        if (fault.BytesPerSecond is < 1) throw new ArgumentException($"bytesPerSecond is {fault.BytesPerSecond}; it must be positive");
        if (fault.CutAfter is { } cut && cut < TimeSpan.Zero) throw new ArgumentException($"cutAfter is {cut}; it cannot be negative");
    }
}
