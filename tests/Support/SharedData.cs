namespace Plumb.Tests.Support;

/// <summary>
/// Public test data that is no part of the project: the folder <c>shared</c> beside the clone, or where <c>PLUMB_SHARED</c> says. A test
/// over it says plainly that it did not run when the folder is missing; on a build server (<c>CI=true</c>) that is a failure.
/// </summary>
internal static class SharedData
{
    private static readonly string? Folder = Find();

    /// <summary>Whether the data is there. When not, says that the test did not run and why.</summary>
    /// <param name="what">What did not run.</param>
    public static bool IsHere(string what)
    {
        if (Folder is not null) return true;
        var words = $"{what}: did not run, ../shared is not beside the project; PLUMB_SHARED may name that folder";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(words);
        Console.WriteLine(words);
        return false;
    }

    /// <summary>A path below the folder. To be asked for only when <see cref="IsHere"/>.</summary>
    public static string PathOf(params string[] parts) =>
        Path.Combine([Folder ?? throw new InvalidOperationException("The folder shared is missing: ask SharedData.IsHere first."), .. parts]);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PLUMB_SHARED") is { Length: > 0 } named) return Directory.Exists(named) ? named : null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Plumb.slnx"))) continue;
            var beside = Path.Combine(at.FullName, "..", "shared");
            return Directory.Exists(Path.Combine(beside, "corpus")) ? Path.GetFullPath(beside) : null;
        }

        return null;
    }
}
