using System.Collections.Concurrent;
using Plumb.EndToEnd.Tests.Corpus;

[assembly: AssemblyFixture(typeof(DeliveredDirectories))]

namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>Counts what was really delivered and says so at the end.</summary>
public sealed class DeliveredDirectories : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _delivered = new(StringComparer.Ordinal);

    /// <summary>A directory came out as the table says.</summary>
    public void Add(string path, bool healthy) => _delivered[path] = healthy;

    public void Dispose()
    {
        if (_delivered.IsEmpty) return;
        var healthy = _delivered.Values.Count(h => h);
        Console.WriteLine($"{_delivered.Count} directories: {healthy} Synced and Healthy, {_delivered.Count - healthy} other outcomes as listed");
    }
}

/// <summary>Every plain directory of the public repositories, delivered as it is: Synced and Healthy, or what the table says of it.</summary>
public abstract class PlainDirectoryTests(DeliveredDirectories delivered)
{
    /// <summary>The rows of one repository whose paths begin so.</summary>
    protected static TheoryData<string> Rows(string prefix) => [.. PlainDirectory.Table.Select(d => d.Path).Where(p => p.StartsWith(prefix, StringComparison.Ordinal))];

    protected async Task DeliverAsync(string path)
    {
        if (!SharedData.IsHere(path)) return;
        var directory = PlainDirectory.Find(path);
        var delivery = await CommandDelivery.RunAsync(directory);

        var listed = $"{directory.Outcome} | {string.Join(' ', directory.Objects)}";
        var result = $"{delivery.Outcome} | {string.Join(' ', delivery.Troubled)}";
        var says = delivery.Describe();
        if (result != listed || !directory.Words.Split(" & ", StringSplitOptions.RemoveEmptyEntries).All(w => says.Contains(w, StringComparison.Ordinal)))
            Assert.Fail($"{path} is listed as\n{listed}\nwith the words\n{directory.Words}\nand came out as\n{result}\n{says}");
        delivery.ExitCode.ShouldBe(delivery.AllAreWell ? 0 : 1, says);
        delivered.Add(path, directory.Outcome == Outcome.Healthy);
    }
}

/// <inheritdoc cref="PlainDirectoryTests"/>
public sealed class ArgoCdDirectoryTests(DeliveredDirectories delivered) : PlainDirectoryTests(delivered)
{
    public static TheoryData<string> Directories => Rows("argo-cd-e2e/");

    [Theory]
    [MemberData(nameof(Directories))]
    public Task ADirectory_ComesOutAsListed(string path) => DeliverAsync(path);
}

/// <inheritdoc cref="PlainDirectoryTests"/>
public sealed class MicroservicesDirectoryTests(DeliveredDirectories delivered) : PlainDirectoryTests(delivered)
{
    public static TheoryData<string> Directories => Rows("microservices-demo/");

    [Theory]
    [MemberData(nameof(Directories))]
    public Task ADirectory_ComesOutAsListed(string path) => DeliverAsync(path);
}

/// <inheritdoc cref="PlainDirectoryTests"/>
public sealed class KubernetesExamplesDirectoryTests(DeliveredDirectories delivered) : PlainDirectoryTests(delivered)
{
    public static TheoryData<string> Directories => Rows("kubernetes-examples/");

    [Theory]
    [MemberData(nameof(Directories))]
    public Task ADirectory_ComesOutAsListed(string path) => DeliverAsync(path);
}

/// <summary>The table itself.</summary>
public sealed class PlainDirectoryTableTests
{
    [Fact]
    public void EveryDirectoryOnDisk_IsInTheTable()
    {
        if (!SharedData.IsHere("the table of plain directories")) return;
        PlainDirectory.Table.Select(d => d.Path).ShouldBe(PlainDirectory.OnDisk(), ignoreOrder: true);
    }

    [Fact]
    public void EveryOtherOutcome_SaysWhy()
    {
        PlainDirectory.Table.Where(d => d.Outcome != Outcome.Healthy && (d.Words.Length == 0 || d.Reason.Length == 0)).Select(d => d.Path).ShouldBeEmpty();
        PlainDirectory.Table.Select(d => d.Path).ShouldBeUnique();
    }
}
