using Plumb.Manifests.Cel;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Tests.Cel;

public sealed class CelProgramTests
{
    private static readonly Dictionary<string, CelValue> Nothing = [];

    [Theory]
    [InlineData("1 +", 1, 4, "unexpected end of expression")]
    [InlineData("a &&\n  (b ||)", 2, 8, "unexpected ')'")]
    [InlineData("'open", 1, 1, "text is not closed")]
    [InlineData("nosuch(1)", 1, 1, "undeclared reference to 'nosuch'")]
    [InlineData("'a'.size", 0, 0, "")]
    [InlineData("startsWith('a', 'b')", 1, 1, "undeclared reference to 'startsWith': it is called as x.startsWith()")]
    [InlineData("'a'.matches('(')", 1, 13, "invalid regular expression \"(\"")]
    [InlineData("[1].map(1 + 1, x)", 1, 11, "argument of map must be the name of a variable")]
    [InlineData("has(a)", 1, 1, "has() takes one field")]
    [InlineData("'\\q'", 1, 2, "'\\q' is no escape sequence here")]
    [InlineData("Some{a: 1}", 1, 5, "making messages")]
    [InlineData("99999999999999999999", 1, 1, "the number is too large for an int")]
    [InlineData("for", 1, 1, "'for' is a reserved word")]
    [InlineData("a ~ b", 1, 3, "unexpected character '~'")]
    public void Parse_SaysWhatIsWrongAndWhere(string expression, int line, int column, string message)
    {
        var (program, error) = CelProgram.Parse(expression);

        if (message.Length == 0)
        {
            error.ShouldBeNull();
            return;
        }

        program.ShouldBeNull();
        error!.Message.ShouldStartWith(message);
        (error.Line, error.Column).ShouldBe((line, column));
    }

    [Fact]
    public void Evaluate_WhenItFails_NamesThePlace()
    {
        var variables = new Dictionary<string, CelValue> { ["self"] = CelValue.From(Json.Parse("""{"spec": {}}""")) };

        var error = Run("has(self.spec) &&\n  self.spec.replicas > 1", variables).Error!;

        error.ToString().ShouldBe("2:12: no such key: replicas");
    }

    [Fact]
    public void Variables_AreThoseReadFromOutside()
    {
        var program = CelProgram.Parse("items.all(i, i > limit) && cel.bind(x, y, x) == .x && optional.of(1).optMap(o, o + z).hasValue()").Program!;

        program.Variables.ShouldBe(["items", "limit", "y", "x", "z"], ignoreOrder: true);
        program.FindUndeclared(["items", "limit", "x", "z"])!.ToString().ShouldBe("1:40: undeclared reference to 'y'");
        program.FindUndeclared(["items", "limit", "x", "y", "z"]).ShouldBeNull();
    }

    [Fact]
    public void Parse_WhenNestedTooDeep_Refuses()
    {
        CelProgram.Parse(new string('(', 10_000) + "1" + new string(')', 10_000)).Error!.Message.ShouldContain("nested deeper than 200 levels");
        CelProgram.Parse(new string('!', 9_999) + "true").Error.ShouldBeNull();
        CelProgram.Parse("1" + string.Concat(Enumerable.Repeat(" + 1", 10_000))).Error!.Message.ShouldContain("nested deeper");
        CelProgram.Parse("a" + string.Concat(Enumerable.Repeat(".b", 10_000))).Error!.Message.ShouldContain("nested deeper");
    }

    [Fact]
    public void Parse_WhenTooLong_Refuses() => CelProgram.Parse(new string(' ', 100_001)).Error!.IsLimit.ShouldBeTrue();

    [Fact]
    public void Evaluate_OfALongChainOfOrs_NeedsNoDepth() =>
        Run(string.Join(" || ", Enumerable.Repeat("false", 5_000)) + " || true", Nothing).AsBool().ShouldBe(true);

    [Theory]
    [InlineData("[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, [1,2,3,4,5,6,7,8,9,10].map(c, [1,2,3,4,5,6,7,8,9,10].map(d, "
        + "[1,2,3,4,5,6,7,8,9,10].map(e, [1,2,3,4,5,6,7,8,9,10].map(f, a*b*c*d*e*f))))))")]
    [InlineData("cel.bind(a, 'xxxxxxxxxxxxxxxx', cel.bind(b, a+a+a+a+a+a+a+a+a+a, cel.bind(c, b+b+b+b+b+b+b+b+b+b, cel.bind(d, c+c+c+c+c+c+c+c+c+c, "
        + "cel.bind(e, d+d+d+d+d+d+d+d+d+d, cel.bind(f, e+e+e+e+e+e+e+e+e+e, f+f+f+f+f+f+f+f+f+f)))))).size() > 0")]
    [InlineData("lists.range(1000000).map(x, lists.range(1000000)).size() > 0")]
    public void Evaluate_WhenItCostsTooMuch_IsStopped(string expression)
    {
        var limits = new CelLimits { MaxTime = TimeSpan.FromMinutes(5) };

        var error = CelProgram.Parse(expression).Program!.Evaluate(Nothing, limits, TestContext.Current.CancellationToken).Value.Error!;

        error.IsLimit.ShouldBeTrue();
        error.Message.ShouldMatch("costs more than|builds more than");
    }

    [Fact]
    public void Evaluate_WhenItTakesTooLong_IsStopped()
    {
        var limits = new CelLimits { MaxTime = TimeSpan.FromSeconds(3), Time = new LeapingClock() };

        var error = CelProgram.Parse("lists.range(10000).all(x, x >= 0)").Program!.Evaluate(Nothing, limits, TestContext.Current.CancellationToken).Value.Error!;

        (error.IsLimit, error.Message).ShouldBe((true, "the expression took longer than 3000 ms"));
    }

    [Fact]
    public void Evaluate_CountsTheSameCostEachTime()
    {
        var program = CelProgram.Parse("[1, 2, 3].all(x, x > 0)").Program!;

        var costs = Enumerable.Range(0, 2).Select(_ => program.Evaluate(Nothing, CelLimits.Default, TestContext.Current.CancellationToken).Cost);

        costs.Distinct().ShouldHaveSingleItem().ShouldBeInRange(10, 40);
    }

    [Fact]
    public void Evaluate_WhenCancelled_Throws()
    {
        var program = CelProgram.Parse("lists.range(100000).all(x, x >= 0)").Program!;

        Should.Throw<OperationCanceledException>(() => program.Evaluate(Nothing, CelLimits.Default, new CancellationToken(true)));
    }

    /// <summary>A clock that leaps a second at each look.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _looks++;
    }

    private static CelValue Run(string expression, Dictionary<string, CelValue> variables) =>
        CelProgram.Parse(expression).Program!.Evaluate(variables, CelLimits.Default, TestContext.Current.CancellationToken).Value;
}
