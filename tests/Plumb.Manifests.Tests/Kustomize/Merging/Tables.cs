using System.Runtime.CompilerServices;

namespace Plumb.Manifests.Tests.Kustomize.Merging;

/// <summary>The tables of cases, which lie beside this file.</summary>
internal static class Tables
{
    private static readonly Lazy<Dictionary<string, IReadOnlyList<MergeCase>>> Cases = new(() => Directory
        .EnumerateFiles(Folder(), "*.txt")
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => MergeCase.ReadAll(File.ReadAllText(file))));

    public static IEnumerable<string> All => Cases.Value.Keys.Order(StringComparer.Ordinal);

    public static IReadOnlyList<MergeCase> Read(string table) => Cases.Value[table];

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Cases");
}
