using System.Runtime.CompilerServices;
using Plumb.Manifests.Cel;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Tests.Cel;

/// <summary>
/// The rows of Cases/*.txt: <c>expression ==> value as an expression would write it</c>, or <c>==> !part of the error</c>. The variables
/// are those of <see cref="Variables"/>.
/// </summary>
public sealed class CelTableTests
{
    private const string Arrow = " ==> ";

    private static readonly string Folder = Path.Combine(Here(), "Cases");

    private static readonly Dictionary<string, CelValue> Variables = Json.Parse("""
        {
          "self": {"name": "web", "replicas": 3, "ratio": 0.5, "paused": false, "none": null, "big": 9007199254740993,
                   "ports": [{"name": "http", "port": 80}, {"name": "https", "port": 443}], "labels": {"app": "web", "tier": "front end"},
                   "tags": ["a", "b", "c"], "namespace": "shop", "empty": [], "when": "2024-02-29T12:30:45.5Z"},
          "oldSelf": {"name": "web", "replicas": 2},
          "a": true, "b": false, "n": 7, "s": "text"
        }
        """).AsMap()!.ToDictionary(e => e.Key, e => CelValue.From(e.Value));

    public static TheoryData<string, int, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, int, string, string>();
            foreach (var file in Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal))
            {
                var lines = File.ReadAllLines(file);
                for (var i = 0; i < lines.Length; i++)
                {
                    if (lines[i].Length == 0 || lines[i].StartsWith('#')) continue;
                    var at = lines[i].LastIndexOf(Arrow, StringComparison.Ordinal);
                    rows.Add(Path.GetFileNameWithoutExtension(file), i + 1, lines[i][..at], lines[i][(at + Arrow.Length)..]);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Evaluate_GivesTheValueOfTheRow(string table, int line, string expression, string expected)
    {
        var (program, fault) = CelProgram.Parse(expression);
        var found = program is null ? "!" + fault!.Message
            : program.Evaluate(Variables, CelLimits.Default, TestContext.Current.CancellationToken).Value is var v && v.IsError ? "!" + v.Error!.Message : v.ToString();

        if (expected.StartsWith('!'))
        {
            found.ShouldStartWith("!", Case.Sensitive, $"{table}:{line}: {expression}");
            found.ShouldContain(expected[1..], Case.Sensitive, $"{table}:{line}: {expression}");
        }
        else found.ShouldBe(expected, $"{table}:{line}: {expression}");
    }

    [Fact]
    public void Table_HasSomeHundredRows() => Rows.Count.ShouldBeGreaterThan(300);

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
