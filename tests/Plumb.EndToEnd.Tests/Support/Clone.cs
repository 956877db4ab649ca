namespace Plumb.EndToEnd.Tests.Support;

/// <summary>The clone that the tests were built in.</summary>
internal static class Clone
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built command.</summary>
    public static string Command { get; } = Path.Combine(
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
