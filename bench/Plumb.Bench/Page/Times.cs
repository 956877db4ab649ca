using System.Globalization;

namespace Plumb.Bench.Page;

/// <summary>Times by what took them, in milliseconds, in the order in which the first ones came.</summary>
internal sealed class Times
{
    private readonly List<(string What, List<double> Taken)> _times = [];

    public void Add(string what, double milliseconds)
    {
        if (_times.FirstOrDefault(t => t.What == what).Taken is { } taken) taken.Add(milliseconds);
        else _times.Add((what, [milliseconds]));
    }

    /// <summary>A line for each: count, median, the worst.</summary>
    /// <param name="budget">What the median may be.</param>
    public void Print(double budget)
    {
        foreach (var (what, taken) in _times)
        {
            var median = ProgramRun.Median(taken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what,-44} {taken.Count,4} × median {median,6:N0} ms   worst {taken.Max(),6:N0} ms{(median > budget ? $"   over the budget of {budget:N0} ms" : "")}"));
        }
    }
}
