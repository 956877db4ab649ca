using System.CommandLine;
using Plumb.Api;
using Plumb.Commands;
using Plumb.Commands.Terminals;
using Plumb.Tests.Support;

namespace Plumb.Tests;

public sealed class HelpTests
{
    [Fact]
    public async Task Help_NamesEveryCommandAndTheExitCodes()
    {
        var ended = await PlumbProcess.RunAsync("--help");

        ended.Code.ShouldBe(0, ended.ToString());
        foreach (var command in new[] { "demo", "serve", "reconcile", "diff", "render", "sandbox", "app", "cluster", "project", "repo", "login", "logout", "context", "account", "token", "session", "audit", "version", "completion" })
            ended.Output.ShouldContain($"\n  {command}");
        ended.Output.ShouldContain("Exit codes:");
        ended.Output.ShouldContain("130  interrupted");
    }

    /// <summary>Every command that does something.</summary>
    public static TheoryData<string> Commands
    {
        get
        {
            var all = new TheoryData<string>();
            Collect(Root(), "");
            return all;

            void Collect(Command command, string path)
            {
                if (command.Subcommands.Count == 0) all.Add(path);
                foreach (var child in command.Subcommands) Collect(child, $"{path} {child.Name}".Trim());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task EveryCommandsHelp_HasAnExampleOfItself_AndItsExitCodes(string command)
    {
        var output = new StringWriter();

        var code = await Root().Parse([.. command.Split(' '), "--help"]).InvokeAsync(new InvocationConfiguration { Output = output }, TestContext.Current.CancellationToken);

        code.ShouldBe(0);
        var help = output.ToString();
        help.ShouldMatch($@"\nExamples:\n(  .*\n)*  .*plumb {command}");
        help.ShouldMatch(@"\nExit codes:\n  0    \S.*\n(  1    \S.*\n)?  2    wrong usage, or it could not run\n  130  interrupted\n$");
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

    [Theory]
    [InlineData("plumb app get --server {0} ", "shop")]
    [InlineData("plumb app run --server {0} shop ", "run-7")]
    [InlineData("plumb app rollback --server {0} shop ", "run-7")]
    [InlineData("plumb app resource --server {0} shop ", "apps/Deployment/shop/web")]
    [InlineData("plumb project get --server {0} ", "retail")]
    [InlineData("plumb account disable --server {0} ", "ada")]
    [InlineData("plumb token revoke --server {0} ", "tok-1")]
    [InlineData("plumb app list --server {0} --sort ", "-changed")]
    public async Task Completion_AsksTheServerThatTheLineNames(string line, string word)
    {
        await using var server = (await CannedServer.StartAsync())
            .With("GET applications", new Page<ApplicationSummary>([Canned.Summary()], 1, null), ApiJson.Default.PageApplicationSummary)
            .With("GET applications/shop/runs", (IReadOnlyList<RunRecord>)[Canned.Run()], ApiJson.Default.IReadOnlyListRunRecord)
            .With("GET applications/shop/tree", Canned.Tree, ApiJson.Default.IReadOnlyListTreeRecord)
            .With("GET projects", (IReadOnlyList<ProjectRecord>)[Canned.Project], ApiJson.Default.IReadOnlyListProjectRecord)
            .With("GET accounts", (IReadOnlyList<AccountRecord>)[Canned.Account], ApiJson.Default.IReadOnlyListAccountRecord)
            .With("GET tokens", (IReadOnlyList<TokenRecord>)[Canned.Token], ApiJson.Default.IReadOnlyListTokenRecord);
        var typed = string.Format(System.Globalization.CultureInfo.InvariantCulture, line, server.Url);

        Root().Parse(typed).GetCompletions(typed.Length).Select(c => c.Label).ShouldContain(word);
    }

    [Fact]
    public async Task CompletionScripts_AskForWordsThatFit()
    {
        var ended = await PlumbProcess.RunAsync("[suggest:12]", "plumb app re");

        ended.Output.Split('\n').ShouldContain("refresh");
        ended.Output.Split('\n').ShouldNotContain("sync");
    }

    private static RootCommand Root() => PlumbCommand.Create(Terminal.OfStreams(TextReader.Null, TextWriter.Null, TextWriter.Null));
}
