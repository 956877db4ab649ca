namespace Plumb.GoTemplate.Functions.Regex;

/// <summary>The scripts that <c>\p{…}</c> knows by name.</summary>
internal static partial class UnicodeScripts
{
    private static readonly Lazy<Dictionary<string, int[]>> Scripts = new(Read);

    public static int[]? Find(string name) => Scripts.Value.GetValueOrDefault(name);

    private static Dictionary<string, int[]> Read() =>
        Table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(
                words => words[0],
                words => words.Skip(1).SelectMany(w => w.Split('-')).Select(w => Convert.ToInt32(w, 16)).ToArray());
}
