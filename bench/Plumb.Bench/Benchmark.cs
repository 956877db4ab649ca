namespace Plumb.Bench;

/// <summary>One thing that can be measured.</summary>
/// <param name="Name">The subcommand.</param>
/// <param name="About">What it shows, and its options.</param>
/// <param name="RunAsync">Runs it, prints its numbers, returns the exit code.</param>
internal sealed record Benchmark(string Name, string About, Func<Arguments, CancellationToken, Task<int>> RunAsync);
