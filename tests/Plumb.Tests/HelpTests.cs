using Plumb.Tests.Support;

namespace Plumb.Tests;

public sealed class HelpTests
{
    [Fact]
    public async Task Help_NamesEveryCommandAndTheExitCodes()
    {
        var ended = await PlumbProcess.RunAsync("--help");

        ended.Code.ShouldBe(0, ended.ToString());
        foreach (var command in new[] { "demo", "serve", "reconcile", "diff", "render", "sandbox", "app", "cluster", "version", "completion" })
            ended.Output.ShouldContain($"\n  {command}");
        ended.Output.ShouldContain("Exit codes:");
        ended.Output.ShouldContain("130  interrupted");
    }

    [Fact]
    public async Task HelpOfACommand_HasExamplesAndWhatItsExitCodesMean()
    {
        var ended = await PlumbProcess.RunAsync("diff", "--help");

        ended.Code.ShouldBe(0, ended.ToString());
        ended.Output.ShouldContain("Examples:");
        ended.Output.ShouldContain("1    a difference");
    }

    [Theory]
    [InlineData("sync", "app", "syn")]
    [InlineData("Required argument", "app", "get")]
    [InlineData("--filename", "diff")]
    [InlineData("is not a time", "reconcile", "--once", "-f", "x", "--timeout", "5x")]
    [InlineData("runs with --once only", "reconcile", "-f", "x")]
    [InlineData("does not exist", "diff", "-f", "no-such-file")]
    [InlineData("no Plumb server answers", "app", "list", "--server", "http://127.0.0.1:1")]
    public async Task WrongUse_EndsWithCode2AndSaysWhatIsWrong(string words, params string[] arguments)
    {
        var ended = await PlumbProcess.RunAsync(arguments);

        ended.Code.ShouldBe(2, ended.ToString());
        (ended.Output + ended.Error).ShouldContain(words);
        ended.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Version_IsOneLine()
    {
        var ended = await PlumbProcess.RunAsync("version");

        ended.Code.ShouldBe(0);
        ended.Output.ShouldMatch(@"^plumb \d+\.\d+\.\d+\n$");
    }

    [Theory]
    [InlineData("bash", "complete -o default")]
    [InlineData("zsh", "#compdef plumb")]
    [InlineData("fish", "complete -c plumb")]
    public async Task Completion_PrintsTheShellsScript(string shell, string words)
    {
        var ended = await PlumbProcess.RunAsync("completion", shell);

        ended.Code.ShouldBe(0);
        ended.Output.ShouldContain(words);
        ended.Output.ShouldContain("[suggest:");
    }

    [Fact]
    public async Task CompletionScripts_AskForWordsThatFit()
    {
        var ended = await PlumbProcess.RunAsync("[suggest:12]", "plumb app re");

        ended.Output.Split('\n').ShouldContain("refresh");
        ended.Output.Split('\n').ShouldNotContain("sync");
    }
}
