namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>Public repositories as they are, in <c>shared/corpus/repos</c> beside the project (or where <c>PLUMB_SHARED</c> says).</summary>
internal static class PublicRepositories
{
    /// <summary>Why there is nothing to deliver; empty when there is.</summary>
    public static string Missing { get; }

    /// <summary>The folder that holds one folder per repository; empty when it is not there.</summary>
    public static string Root { get; }

    private static readonly Dictionary<string, string> Addresses = new(StringComparer.Ordinal)
    {
        ["argo-cd-e2e"] = "https://github.com/argoproj/argo-cd.git",
        ["kubernetes-examples"] = "https://github.com/kubernetes/examples.git",
        ["microservices-demo"] = "https://github.com/GoogleCloudPlatform/microservices-demo.git",
    };

    static PublicRepositories()
    {
        Root = Candidates().Select(c => Path.Combine(c, "corpus", "repos")).FirstOrDefault(Directory.Exists) ?? "";
        Missing = Root.Length > 0 ? "" : "the public repositories (../shared/corpus/repos) are not beside the project; PLUMB_SHARED may name the folder shared";
    }

    /// <summary>The address people know the repository by.</summary>
    public static string AddressOf(string repository) => Addresses[repository];

    /// <summary>
    /// Whether there is something to deliver. Says so when not; on a build server that is a failure.
    /// </summary>
    public static bool AreHere(string what)
    {
        if (Missing.Length == 0) return true;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{what}: not run, {Missing}");
        Console.WriteLine($"{what}: not run, {Missing}");
        return false;
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("PLUMB_SHARED") is { Length: > 0 } named)
        {
            yield return named;
            yield break;
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent) yield return Path.Combine(at.FullName, "shared");
    }
}
