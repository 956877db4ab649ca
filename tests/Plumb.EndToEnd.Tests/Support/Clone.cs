namespace Plumb.EndToEnd.Tests.Support;

/// <summary>The clone that the tests were built in.</summary>
internal static class Clone
{
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// The command: as it is published and used, when <c>./test</c> runs the tests (<c>PLUMB_TEST_COMMAND</c>); else as it was built with them.
    /// </summary>
    public static string Command { get; } = Environment.GetEnvironmentVariable("PLUMB_TEST_COMMAND") is { Length: > 0 } published ? published : Path.Combine(
        Root, "src", "Plumb", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name, "plumb.dll");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Plumb.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests run inside a clone of the repository: no Plumb.slnx was found above them.");
    }
}
