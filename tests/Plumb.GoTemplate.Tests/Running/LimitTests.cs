using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate.Tests.Running;

/// <summary>Whatever a template does, it ends in an error that names the limit, the template and the line.</summary>
public sealed class LimitTests
{
    private static readonly TemplateLimits Small = new()
    {
        MaxOutput = 100_000,
        MaxString = 100_000,
        MaxText = 5_000_000,
        MaxSteps = 1_000_000,
        MaxElements = 100_000,
        MaxDepth = 2_000,
        MaxNested = 500,
        MaxTime = TemplateRun.Patience,
    };

    [Theory]
    [InlineData(
        "{{range until 99999}}{{range until 99999}}{{end}}{{end}}", "executing \"t\": lists and maps of more than 100000 elements in all")]
    [InlineData(
        "{{repeat 1000000000 \"ab\"}}", "t:1:20: executing \"t\": a string of 2000000000 characters is longer than the limit of 100000")]
    [InlineData("\n{{until 1000000000}}", "t:2:8: executing \"t\": lists and maps of more than 100000 elements in all")]
    [InlineData("{{range 1000000000}}{{end}}", "more than 1000000 steps")]
    [InlineData("{{range 1000000}}0123456789{{end}}", "more than 100000 characters of output")]
    [InlineData("{{indent 100000000 \"a\\nb\"}}", "is longer than the limit of 100000")]
    [InlineData("{{printf \"%1000000d\" 1}}", "more than 100000 characters of output")]
    [InlineData("{{define \"x\"}}{{template \"x\" .}}{{end}}{{template \"x\" .}}", "exceeded maximum template depth (2000)")]
    [InlineData("{{define \"x\"}}{{include \"x\" .}}{{end}}{{include \"x\" .}}", "executing \"x\": more than 500 nested executions")]
    [InlineData("{{$d := dict}}{{$_ := set $d \"d\" $d}}{{$d}}", "executing \"t\": ")]
    [InlineData("{{$d := dict}}{{$_ := set $d \"d\" $d}}{{toJson $d}}", "nested too deeply")]
    [InlineData("{{$d := dict}}{{$_ := set $d \"d\" $d}}{{deepCopy $d}}", "nested too deeply")]
    [InlineData("{{$l := list 1}}{{range until 40}}{{$l = list $l $l}}{{end}}{{$l}}", "characters of output")]
    [InlineData("{{$l := list 1}}{{range 60}}{{$l = list $l $l}}{{end}}"
        + "{{$m := list 1}}{{range 60}}{{$m = list $m $m}}{{end}}{{deepEqual $l $m}}", "steps")]
    [InlineData("{{$s := \"ab\"}}{{range until 60}}{{$s = cat $s $s}}{{end}}", "limit of 100000")]
    [InlineData("{{replace \"a\" (repeat 9999 \"b\") (repeat 9999 \"a\")}}", "limit of 100000")]
    [InlineData("{{regexReplaceAll \"\" (repeat 9999 \"a\") (repeat 9999 \"b\")}}", "of output")]
    [InlineData("{{join (repeat 9999 \"b\") (until 9999)}}", "limit of 100000")]
    public void ALimit_IsToldWithTemplateAndLine(string text, string expected) =>
        Should.Throw<TemplateLimitException>(() => TemplateRun.Of(text, limits: Small)).Message.ShouldContain(expected);

    [Fact]
    public void WallTime_IsALimitToo() =>
        Should.Throw<TemplateLimitException>(() => TemplateRun.Of(
            "{{range 100000000}}{{end}}", limits: new TemplateLimits { MaxTime = TimeSpan.FromMilliseconds(20) })).Message.ShouldContain(
                "took more than 0.02 s");

    [Fact]
    public void ACancelledRun_Ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var set = new TemplateSet(TemplateRun.Functions);
        set.Parse("t", "{{range 100000}}{{end}}");
        Should.Throw<OperationCanceledException>(() => new Execution(set, cancellationToken: source.Token).Execute("t", default));
    }

    [Fact]
    public void DeepRecursion_NeverOverflowsTheStack()
    {
        // on a thread with little stack, to Go's own depth
        string? message = null;
        var thread = new Thread(
            () => message = Should.Throw<TemplateLimitException>(() => TemplateRun.Of(
                "{{define \"x\"}}{{if true}}{{with .}}{{range $i, $e := .}}{{template \"x\" (list 1)}}{{end}}{{end}}{{end}}{{end}}"
                + "{{template \"x\" (list 1)}}")).Message,
            256 * 1024);
        thread.Start();
        thread.Join();
        message!.ShouldContain("exceeded maximum template depth (100000)");
    }

    [Fact]
    public void DeepIncludes_RunToTheirEnd()
    {
        string? output = null;
        var thread = new Thread(
            () => output = TemplateRun.Of(
                "{{define \"x\"}}{{if gt . 0}}{{include \"x\" (int (sub . 1))}}{{else}}end{{end}}{{end}}{{include \"x\" 3000}}"),
            256 * 1024);
        thread.Start();
        thread.Join();
        output.ShouldBe("end");
    }

    [Theory]
    [InlineData("{{", "(", "1", ")", "}}")]
    [InlineData("", "{{if true}}", "x", "{{end}}", "")]
    [InlineData("", "{{range 1}}{{with 1}}", "x", "{{end}}{{end}}", "")]
    public void DeepNesting_IsAnErrorOrRuns(string before, string open, string inner, string close, string after)
    {
        var text = before + string.Concat(Enumerable.Repeat(open, 200_000)) + inner + string.Concat(Enumerable.Repeat(close, 200_000))
            + after;
        TemplateRun.Of(text).ShouldContain("nested too deeply");
    }

    [Fact]
    public void ADeepValue_IsAnErrorOrPrints()
    {
        const string Text = "{{$d := dict}}{{range until 300000}}{{$d = dict \"a\" $d}}{{end}}";
        foreach (var use in (string[])["{{$d}}", "{{toJson $d}}", "{{deepCopy $d}}", "{{deepEqual $d (deepCopy $d)}}"])
        {
            Should.Throw<TemplateLimitException>(() => TemplateRun.Of(Text + use)).Message.ShouldContain("nested too deeply");
        }
    }

    [Fact]
    public void MakingKeys_HasATimeOfItsOwn() =>
        Should.Throw<TemplateLimitException>(() => TemplateRun.Of(
            "{{range 1000}}{{$x := bcrypt \"a\"}}{{end}}", limits: new TemplateLimits { MaxKeyTime = TimeSpan.FromMilliseconds(1) }))
            .Message.ShouldContain("making keys and hashing passwords took more than 0.001 s");

    [Theory]
    [InlineData("bcrypt \"a\"", 1)]
    [InlineData("genCA \"a\" 1", 2)]
    [InlineData("genPrivateKey \"rsa\"", 0)]
    [InlineData("genPrivateKey \"dsa\"", 0)]
    [InlineData("derivePassword 1 \"long\" \"p\" \"u\" \"s\"", 0)]
    public void KeysAndHashes_CountByWhatTheyCost(string call, int allowed)
    {
        var limits = new TemplateLimits { MaxKeyCost = 150 };
        string Times(int count) => TemplateRun.Of($"{{{{range {count}}}}}{{{{$x := {call}}}}}{{{{end}}}}", limits: limits);
        Times(allowed).ShouldBe("");
        Should.Throw<TemplateLimitException>(() => Times(allowed + 1)).Message
            .ShouldMatch("^\\S+:1:\\d+: executing .*: making keys and hashing passwords costs more than the limit of 150 ms of processor time; make fewer");
    }

    [Fact]
    public void KeysOnCurves_CostNextToNothing() =>
        TemplateRun.Of("{{range 100}}{{$x := genPrivateKey \"ecdsa\"}}{{end}}", limits: new TemplateLimits { MaxKeyCost = 150 }).ShouldBe("");

    [Fact]
    public void ALimit_IsNothingThatATemplateCanSwallow() =>
        Should.Throw<TemplateLimitException>(
            () => TemplateRun.Of("{{define \"x\"}}{{repeat 1000000 \"a\"}}{{end}}{{regexMatch (include \"x\" .) \"\"}}", limits: Small));
}
