using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Kubernetes;

namespace Plumb.Bench.Cache;

/// <summary>
/// What following a big cluster costs: a sandbox full of objects that no application manages runs in another process, so that this
/// process's heap and allocations are the watch cache's own.
/// </summary>
internal static class CacheMemory
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var count = arguments.Number("objects", 100_000);
        await using var sandbox = await SandboxProcess.StartAsync(
            [SeededSandbox.Name, "--objects", count.ToString(CultureInfo.InvariantCulture)], ct);
        using var metrics = new KubernetesMetrics();
        using var counter = new ObjectCounter(metrics);
        var (heap, allocated, cpu) = (Heap(), GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime);
        var begun = Stopwatch.GetTimestamp();
        var target = new KubernetesTarget(
            new() { Name = "bench", Kubeconfig = sandbox.Kubeconfig }, NullLogger<KubernetesTarget>.Instance, metrics, TimeProvider.System);
        await using (target)
        {
            await target.StartAsync(ct);
            var elapsed = Stopwatch.GetElapsedTime(begun);
            var used = Environment.CpuUsage.TotalTime - cpu;
            var churned = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            var kept = Heap() - heap;
            Print(counter.Objects, elapsed, used, churned, kept);
            GC.KeepAlive(target);
        }

        return 0;
    }

    private static void Print(long objects, TimeSpan elapsed, TimeSpan cpu, long churned, long kept)
    {
        var culture = CultureInfo.InvariantCulture;
        Console.WriteLine(string.Create(culture, $"objects            {objects,12:N0}"));
        Console.WriteLine(string.Create(culture, $"start              {elapsed.TotalSeconds,12:N2} s"));
        Console.WriteLine(string.Create(culture, $"CPU                {cpu.TotalSeconds,12:N2} s"));
        Console.WriteLine(string.Create(culture, $"allocated          {churned / 1e6,12:N1} MB ({churned / objects:N0} bytes per object)"));
        Console.WriteLine(string.Create(culture, $"kept               {kept / 1e6,12:N1} MB"));
        Console.WriteLine(string.Create(culture, $"kept per object    {kept / objects,12:N0} bytes"));
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(culture, $"peak working set   {self.PeakWorkingSet64 / 1e6,12:N1} MB"));
    }

    private static long Heap()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
