using System.Collections.Concurrent;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Regex;

/// <summary>Sprig's functions over regular expressions (<c>regex.go</c>).</summary>
internal static class RegexFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("regexMatch", [GoType.String, GoType.String], static (run, a) => GoValue.From(IsMatch(a[0].Text, a[1].Text, run))),
        new("mustRegexMatch", [GoType.String, GoType.String], static (run, a) =>
            GoValue.From(Cache.Compile(run, a[0].Text).IsMatch(a[1].Text, run))),
        new("regexFindAll", [GoType.String, GoType.String, Int], static (run, a) =>
            Strings(Cache.MustCompile(run, a[0].Text).FindAll(a[1].Text, a[2].Int, run))),
        new("mustRegexFindAll", [GoType.String, GoType.String, Int], static (run, a) =>
            Strings(Cache.Compile(run, a[0].Text).FindAll(a[1].Text, a[2].Int, run))),
        new("regexFind", [GoType.String, GoType.String], static (run, a) =>
            GoValue.From(Cache.MustCompile(run, a[0].Text).Find(a[1].Text, run))),
        new("mustRegexFind", [GoType.String, GoType.String], static (run, a) =>
            GoValue.From(Cache.Compile(run, a[0].Text).Find(a[1].Text, run))),
        new("regexReplaceAll", [GoType.String, GoType.String, GoType.String], static (run, a) =>
            GoValue.From(Cache.MustCompile(run, a[0].Text).Replace(a[1].Text, a[2].Text, literal: false, run))),
        new("mustRegexReplaceAll", [GoType.String, GoType.String, GoType.String], static (run, a) =>
            GoValue.From(Cache.Compile(run, a[0].Text).Replace(a[1].Text, a[2].Text, literal: false, run))),
        new("regexReplaceAllLiteral", [GoType.String, GoType.String, GoType.String], static (run, a) =>
            GoValue.From(Cache.MustCompile(run, a[0].Text).Replace(a[1].Text, a[2].Text, literal: true, run))),
        new("mustRegexReplaceAllLiteral", [GoType.String, GoType.String, GoType.String], static (run, a) =>
            GoValue.From(Cache.Compile(run, a[0].Text).Replace(a[1].Text, a[2].Text, literal: true, run))),
        new("regexSplit", [GoType.String, GoType.String, Int], static (run, a) =>
            Strings(Cache.MustCompile(run, a[0].Text).Split(a[1].Text, a[2].Int, run))),
        new("mustRegexSplit", [GoType.String, GoType.String, Int], static (run, a) =>
            Strings(Cache.Compile(run, a[0].Text).Split(a[1].Text, a[2].Int, run))),
        new("regexQuoteMeta", [GoType.String], static (_, a) => GoValue.From(GoRegex.QuoteMeta(a[0].Text))),
    ];

    private static bool IsMatch(string pattern, string text, Running.Execution run)
    {
        try
        {
            return Cache.Compile(run, pattern).IsMatch(text, run);
        }
        catch (GoError)
        {
            return false;
        }
    }

    private static GoValue Strings(List<string>? strings) =>
        GoValue.From(strings is null ? GoList.Nil(StringSlice) : GoList.Of([.. strings]));

    /// <summary>Patterns come again and again within a chart: they are kept with the set of templates.</summary>
    private static class Cache
    {
        private const int Most = 1024;

        public static GoRegex Compile(Running.Execution run, string pattern) => Find(run.Set.Regexes, pattern, GoRegex.Compile);

        public static GoRegex MustCompile(Running.Execution run, string pattern) => Find(run.Set.Regexes, pattern, GoRegex.MustCompile);

        private static GoRegex Find(ConcurrentDictionary<string, GoRegex> known, string pattern, Func<string, GoRegex> compile)
        {
            if (known.TryGetValue(pattern, out var regex)) return regex;
            regex = compile(pattern);
            if (known.Count >= Most) known.Clear();
            return known[pattern] = regex;
        }
    }
}
