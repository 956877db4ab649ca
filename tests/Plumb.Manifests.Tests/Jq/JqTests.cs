using System.Runtime.CompilerServices;
using CsCheck;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq;

namespace Plumb.Manifests.Tests.Jq;

public sealed class JqTests
{
    private static readonly JqLimits Patient = new() { Time = TimeSpan.FromSeconds(60) };

    /// <summary>One case a paragraph of <c>cases.txt</c>, so that all of them are seen when one fails.</summary>
    [Fact]
    public void Run_GivesWhatTheManualSays()
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var (program, input, expected) in Cases())
        {
            count++;
            var got = Outcome(program, input);
            var same = expected is [{ } words] && words.StartsWith("! ", StringComparison.Ordinal)
                ? got is [{ } problem] && problem.StartsWith("! ", StringComparison.Ordinal) && problem.Contains(words[2..], StringComparison.Ordinal)
                : got.Count == expected.Count && got.Zip(expected).All(p => !p.First.StartsWith('!') && Json.Parse(p.First) == Json.Parse(p.Second));
            if (!same) failures.Add($"{program}  on  {input}\n    gives    {string.Join("  ", got)}\n    and not  {string.Join("  ", expected)}");
        }

        Console.WriteLine($"jq: {count - failures.Count} of {count} cases");
        count.ShouldBeGreaterThan(200);
        failures.ShouldBeEmpty(string.Join('\n', failures));
    }

    [Theory]
    [InlineData(".a | ", "character 6: the end where an expression is expected")]
    [InlineData(".a b", "character 4: \"b\" where the end or an operator is expected")]
    [InlineData(".a[", "character 4: the end where an expression is expected")]
    [InlineData("(.a", "character 4: the end where \")\" is expected")]
    [InlineData("\"abc", "character 1: the text that begins here does not end")]
    [InlineData("\"a\\(.b\"", "the text that begins here does not end")]
    [InlineData("foo", "character 1: the function foo/0 is not defined")]
    [InlineData(".a | tset(\"x\")", "character 6: the function tset/1 is not defined")]
    [InlineData("select(.a; .b)", "select takes 1 arguments, separated by semicolons, not 2")]
    [InlineData("$x", "character 1: the variable $x is not defined")]
    [InlineData("env.PATH", "env is not available")]
    [InlineData("$ENV", "$ENV is not available")]
    [InlineData("input", "input is not available: there is no further input")]
    [InlineData("now", "now is not available")]
    [InlineData("import \"a\" as a; .", "modules cannot be read here")]
    [InlineData("1 == 2 == 3", "cannot follow")]
    [InlineData(".a ^ 1", "character 4: '^' means nothing here")]
    [InlineData("@nope", "@nope is no format")]
    [InlineData(". as [$a] ?// $a | $a", "not supported")]
    [InlineData("if . then 1", "\"end\" is expected")]
    [InlineData("{a:}", "where an expression is expected")]
    [InlineData("break $x", "the label $x is not defined")]
    public void Parse_SaysWhatIsWrongAndWhere(string program, string words) =>
        Should.Throw<JqSyntaxException>(() => JqProgram.Parse(program)).Message.ShouldContain(words);

    [Fact]
    public void Parse_OfEndlessNesting_IsRefused()
    {
        Should.Throw<JqSyntaxException>(() => JqProgram.Parse(new string('(', 5000))).Message.ShouldContain("nested deeper");
        Should.Throw<JqSyntaxException>(() => JqProgram.Parse(new string('[', 5000))).Message.ShouldContain("nested deeper");
        Should.Throw<JqSyntaxException>(() => JqProgram.Parse(new string('-', 5000) + "1")).Message.ShouldContain("nested deeper");
        Should.Throw<JqSyntaxException>(() => JqProgram.Parse(string.Concat(Enumerable.Repeat(".|", 5000)) + ".")).Message.ShouldContain("nested deeper");
        Should.Throw<JqSyntaxException>(() => JqProgram.Parse(new string('.', JqProgram.MaxLength + 1))).Message.ShouldContain("longer than");
    }

    [Theory]
    [InlineData("def f: f; f", "call each other more than")]
    [InlineData("def f: . + 1 | f; 0 | f", "call each other more than")]
    [InlineData("[range(1e12)]", "more than")]
    [InlineData("last(range(1e12))", "steps")]
    [InlineData("repeat(.)", "more than")]
    [InlineData("until(false; .)", "repeats itself")]
    [InlineData("\"x\" * 1e9", "text of more than")]
    [InlineData("reduce range(100) as $i (\"x\"; . + .)", "text of more than")]
    [InlineData("reduce range(100) as $i ([1]; . + .)", "steps")]
    [InlineData("reduce range(100) as $i ([1]; [., .]) | tojson", "text of more than")]
    [InlineData("reduce range(60) as $i ([1]; [., .]) | [., .[0] + [1]] | sort", null)]
    [InlineData("[0,1,2,3,4,5,6,7,8,9] | [combinations(12)] | length", "more than")]
    [InlineData("[limit(5; def f: 1, f; f)]", null)]
    [InlineData(".[1000000000] = 1", "more than")]
    [InlineData("try (def f: f; f) catch \"caught\"", "call each other more than")]
    public void Run_BeyondItsLimits_IsStopped_AndNoTryCatchesThat(string program, string? words)
    {
        var parsed = JqProgram.Parse(program);
        if (words is null) parsed.Run(Node.Null, Patient).ShouldNotBeEmpty();
        else Should.Throw<JqLimitException>(() => parsed.Run(Node.Null, Patient)).Message.ShouldContain(words);
    }

    [Fact]
    public void Run_LongerThanItsTime_IsStopped()
    {
        var clock = new StepClock();
        var limits = new JqLimits { Steps = int.MaxValue, Time = TimeSpan.FromSeconds(1) };
        Should.Throw<JqLimitException>(() => JqProgram.Parse("last(range(1e12))").Run(Node.Null, limits, clock)).Message.ShouldContain("longer than 1 s");
    }

    [Fact]
    public void Delete_LeavesTheInputAsItIs()
    {
        var input = Json.Parse("""{"a":{"b":[1,2,3],"c":1}}""");
        input.Freeze();
        JqProgram.Parse(".a.b[] | select(. > 1)").Delete(input).ShouldBe(Json.Parse("""{"a":{"b":[1],"c":1}}"""));
        input.ShouldBe(Json.Parse("""{"a":{"b":[1,2,3],"c":1}}"""));
    }

    [Fact]
    public void Errors_NeverQuoteTheInput()
    {
        foreach (var program in (string[])[".a.b", ".a[]", ".a | tonumber", ".a - 1", ".a | keys", ".a | fromjson", "error(.)", ".a | @csv", ".a as [$x] | $x"])
        {
            var error = Should.Throw<JqException>(() => JqProgram.Parse(program).Run(Json.Parse("""{"a":"s3cret"}""")));
            error.Message.ShouldNotContain("s3cret");
        }
    }

    /// <summary>Whatever is thrown at it, it answers or throws its own error.</summary>
    [Fact]
    public void AnyText_IsReadOrRefused_AndRunsOrFails_WithItsOwnErrors()
    {
        var words = OneOf(
            ".", ".a", ".[]", ".[0]", "..", "|", ",", "//", "and", "or", "not", "(", ")", "[", "]", "{", "}", ":", ";", "?", "=", "|=", "+=", "==", "<", "+",
            "-", "*", "/", "%", "1", "\"a\"", "\"\\(.)\"", "$x", "as $x", "as [$x]", "if", "then", "else", "end", "try", "catch", "reduce", "foreach", "def f:",
            "f", "label $x", "break $x", "select(", "map(", "del(", "path(", "test(", "\"[a\"", "sort", "keys", "to_entries", "from_entries", "add", "length",
            "tojson", "tostring", "recurse", "first", "limit(", "range(", "until(", "error", "empty", "has(", "contains(", "splits(", "gsub(", "@base64", "@csv",
            "ascii_downcase", "join(", "flatten", "group_by(", "walk(", "paths", "getpath(", "[\"a\",0]", "null", "true", "#");
        var inputs = OneOf("null", "1", "\"a\"", "[]", "{}", """{"a":[1,{"b":null}],"c":"d"}""", """[[1,"x"],{"a":1},null,false]""", "[1,2,3]");
        var limits = new JqLimits { Steps = 20_000, Results = 2_000, TextLength = 10_000, Depth = 100, Time = TimeSpan.FromSeconds(30) };
        var (read, ran) = (0, 0);
        Gen.Select(words.Array[1, 8], inputs).Sample((parts, input) =>
        {
            try
            {
                var program = JqProgram.Parse(string.Join(' ', parts));
                Interlocked.Increment(ref read);
                program.Run(Json.Parse(input), limits);
                Interlocked.Increment(ref ran);
                program.Delete(Json.Parse(input), limits);
            }
            catch (JqException)
            {
                // its own
            }
        }, iter: 20_000);
        read.ShouldBeGreaterThan(100);
        ran.ShouldBeGreaterThan(50);
    }

    private static Gen<string> OneOf(params string[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);

    private static IReadOnlyList<string> Outcome(string program, string input)
    {
        try
        {
            return [.. JqProgram.Parse(program).Run(Json.Parse(input), Patient).Select(Text)];
        }
        catch (JqException e)
        {
            return ["! " + e.Message];
        }
    }

    private static string Text(Node value) => value.AsDouble() switch
    {
        double.PositiveInfinity => "1.7976931348623157e308",
        double.NegativeInfinity => "-1.7976931348623157e308",
        double.NaN => "null",
        _ when value.AsList() is { } list => $"[{string.Join(',', list.Select(Text))}]",
        _ => Json.WriteText(value),
    };

    private static IEnumerable<(string Program, string Input, IReadOnlyList<string> Expected)> Cases([CallerFilePath] string here = "")
    {
        foreach (var paragraph in File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "cases.txt")).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = paragraph.Trim('\n').Split('\n');
            if (lines[0].StartsWith("# Program", StringComparison.Ordinal)) continue;
            yield return (lines[0].Replace('␤', '\n'), lines[1], lines[2..]);
        }
    }

    /// <summary>Each look at it takes a second.</summary>
    private sealed class StepClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _seconds);
    }
}
