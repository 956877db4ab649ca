using Plumb.GoTemplate.Functions.Json;

namespace Plumb.GoTemplate.Tests.Cases;

/// <summary>Tables of templates and what Go makes of them, errors word for word.</summary>
public sealed class CaseTests
{
    private const string Data = """
        {
          "s": "text", "empty": "", "n": 3, "f": 1.5, "big": 10000000, "yes": true, "no": false, "nothing": null,
          "list": ["a", "b", "c"], "numbers": [3, 1, 2], "mixed": [1, "two", 3.5, true, null, {"k": "v"}, [1]],
          "map": {"one": 1, "two": 2}, "deep": {"a": {"b": {"c": "found", "n": null}}}, "none": [], "void": {}
        }
        """;

    private static readonly TemplateOptions AsHelm = new() { Name = "gotpl", MissingKey = MissingKey.Zero };

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Cases"), "*.txt").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void EachCase_GivesWhatGoGives(string file)
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var (title, template, expected) in TemplateCase.Read(file))
        {
            count++;
            var actual = TemplateRun.Of(template, GoJsonReader.Read(Data, out _), AsHelm)
                .Replace("<no value>", "", StringComparison.Ordinal);
            if (actual != expected) wrong.Add($"{title}: {template}\n  expected: {expected}\n  actual:   {actual}");
        }

        Console.WriteLine($"{file}: {count - wrong.Count} of {count}");
        wrong.ShouldBeEmpty();
    }
}
