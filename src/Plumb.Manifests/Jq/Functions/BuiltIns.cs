using System.Collections.Frozen;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>The functions that every program knows (jq 1.6 and what later ones added), and those that none may use.</summary>
internal static class BuiltIns
{
    private static readonly FrozenDictionary<(string, int), BuiltIn> All = Lists()
        .SelectMany(f => f).ToFrozenDictionary(f => (f.Name, f.Arity));

    private const string NoOutside = "the outcome must depend on the input alone";

    private static readonly FrozenDictionary<string, string> Denied = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["env"] = NoOutside,
        ["input"] = "there is no further input",
        ["inputs"] = "there is no further input",
        ["input_filename"] = NoOutside,
        ["input_line_number"] = NoOutside,
        ["now"] = NoOutside,
        ["localtime"] = NoOutside,
        ["strflocaltime"] = NoOutside,
        ["get_search_list"] = NoOutside,
        ["modulemeta"] = NoOutside,
        ["halt"] = "a program may not end the process",
        ["halt_error"] = "a program may not end the process",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static BuiltIn? Find(string name, int arity) => All.GetValueOrDefault((name, arity));

    /// <summary>Why a function of jq is not to be had here; null when it is not one.</summary>
    public static string? WhyDenied(string name) => Denied.GetValueOrDefault(name);

    public static IReadOnlyList<int> AritiesOf(string name) => [.. All.Keys.Where(k => k.Item1 == name).Select(k => k.Item2).Order()];

    private static IEnumerable<BuiltIn>[] Lists() =>
        [StreamFunctions.All(), PathFunctions.All(), TypeFunctions.All(), ListFunctions.All(), TextFunctions.All(), NumberFunctions.All(),
            RegexFunctions.All()];
}
