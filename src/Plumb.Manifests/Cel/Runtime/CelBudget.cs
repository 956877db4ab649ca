namespace Plumb.Manifests.Cel.Runtime;

/// <summary>Ends an evaluation that costs too much; never leaves <see cref="CelProgram"/>.</summary>
internal sealed class CelLimitException(string message) : Exception(message);

/// <summary>Counts what one evaluation costs and ends it at its limits.</summary>
internal sealed class CelBudget(CelLimits limits, CancellationToken ct)
{
    private const int LookEvery = 1024;

    private readonly long _start = limits.Time.GetTimestamp();
    private long _nextLook = LookEvery;
    private long _built;

    public long Cost { get; private set; }

    /// <summary>Counts steps.</summary>
    /// <exception cref="CelLimitException">There were too many, or the time is over.</exception>
    public void Spend(long steps)
    {
        Cost += steps;
        if (Cost > limits.MaxCost) throw new CelLimitException($"the expression costs more than {limits.MaxCost} steps; simplify it or bound its lists");
        if (Cost < _nextLook) return;
        _nextLook = Cost + LookEvery;
        ct.ThrowIfCancellationRequested();
        if (limits.Time.GetElapsedTime(_start) > limits.MaxTime)
        {
            throw new CelLimitException($"the expression took longer than {limits.MaxTime.TotalMilliseconds:0} ms");
        }
    }

    /// <summary>Counts a walk over text or a list: a step for every ten.</summary>
    public void Walk(long length) => Spend(1 + (length / 10));

    /// <summary>Counts new characters or items, before they are made.</summary>
    /// <exception cref="CelLimitException">There are too many.</exception>
    public void Build(long size)
    {
        _built += size;
        Walk(size);
        if (_built > limits.MaxBuilt) throw new CelLimitException($"the expression builds more than {limits.MaxBuilt} characters and items");
    }
}
