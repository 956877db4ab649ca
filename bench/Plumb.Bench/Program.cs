using Plumb.Bench;
using Plumb.Bench.Cache;
using Plumb.Bench.Helm;
using Plumb.Bench.Kustomize;
using Plumb.Bench.Loop;
using Plumb.Bench.Page;
using Plumb.Bench.Viewers;

// One line a benchmark: its name, what it shows, its code.
IReadOnlyList<Benchmark> benchmarks =
[
    new("cache-memory", "bytes per object of the watch cache, start-up time and allocations: --objects 100000", CacheMemory.RunAsync),
    new("apply", "1,000 objects beside kubectl and the server's own limit: --objects 1000 --rounds 3 --kubeconfig FILE", Apply.RunAsync),
    new("scale", "time, CPU, memory and rest by applications: --applications 100,1000 --objects 4 --idle 20 --kubeconfig FILE", Scale.RunAsync),
    new("heal", "from drift to heal, the distribution: --applications 200 --drifts 200 --kubeconfig FILE", Heal.RunAsync),
    new("idle", "requests and CPU of a system at rest: --applications 1000 --objects 10 --minutes 5 --kubeconfig FILE", Idle.RunAsync),
    new("helm", "charts beside the real helm: --corpus FOLDER --helm FILE --native FILE --cases 150 --rounds 3", HelmCharts.RunAsync),
    new("kustomize", "kustomizations beside the real kubectl: --corpus FOLDER --tool kubectl --native FILE --cases 526 --rounds 3", KustomizeBuilds.RunAsync),
    new("hostile", "charts that mean harm, a process each: time, memory, words: --native FILE", Hostile.RunAsync),
    new("page", "the page in a real browser: --applications 2000 --rounds 15 --commit-every 5 --plumb FILE", PageLoad.RunAsync),
    new("viewers", "what many viewers cost: --applications 2000 --viewers 100 --rest 20 --changes 60 --commits 5 --plumb FILE", ViewerLoad.RunAsync),
    new(BenchCluster.SandboxName, "(used by the others) a sandbox in a process of its own", BenchCluster.RunSandboxAsync),
    new(SeededSandbox.Name, "(used by cache-memory) a sandbox full of objects: --objects 100000", SeededSandbox.RunAsync),
];

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var name = args.FirstOrDefault() ?? "";
if (benchmarks.FirstOrDefault(b => b.Name == name) is not { } chosen)
{
    Console.Error.WriteLine($"plumb-bench: {(name.Length == 0 ? "say which benchmark" : $"there is no benchmark {name}")}:");
    foreach (var benchmark in benchmarks) Console.Error.WriteLine($"  {benchmark.Name,-20} {benchmark.About}");
    return 2;
}

try
{
    return await chosen.RunAsync(Arguments.Read(args.AsSpan(1)), stop.Token);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"plumb-bench {name}: {e.Message}");
    return 2;
}
