using System.Runtime.CompilerServices;

namespace Plumb.Manifests.Tests.Kustomize.Merging;

/// <summary>The tables of cases, which lie beside this file.</summary>
internal static class Tables
{
    public static IEnumerable<string> All => Directory.EnumerateFiles(Folder(), "*.txt").Select(Path.GetFileNameWithoutExtension).Order()!;

    public static string Read(string table) => File.ReadAllText(Path.Combine(Folder(), table + ".txt"));

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Cases");
}
