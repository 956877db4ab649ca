using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Plumb.Commands.Helm;
using Plumb.Commands.Kustomize;

namespace Plumb.Commands;

/// <summary>
/// <c>plumb-render helm template …</c> and <c>plumb-render kustomize build …</c>: what the command does that is called so, as a native program
/// that starts at once.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var (output, error) = (Console.Out, Console.Error);
        var root = new RootCommand("Renders charts and kustomizations: the native form of plumb helm and plumb kustomize")
        {
            new Command("helm", "Work with Helm charts, as Helm 4.1 does") { TemplateCommand.Create(output, error, host: null) },
            new Command("kustomize", "Work with kustomizations, as Kustomize 5.7 does") { BuildCommand.Create(output, error, remotes: null) },
        };
        foreach (var help in root.Options.OfType<HelpOption>()) help.Action = new DetailedHelp((HelpAction)help.Action!);
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction) return Refused(parsed, error);
        using var interrupt = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            interrupt.Cancel();
        };
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            error.WriteLine("plumb-render: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            error.WriteLine($"plumb-render: {e.Message}");
            return ExitCode.CannotRun;
        }
    }

    private static int Refused(ParseResult parsed, TextWriter error)
    {
        foreach (var fault in parsed.Errors) error.WriteLine(fault.Message);
        error.WriteLine("Try: plumb-render --help");
        return ExitCode.CannotRun;
    }
}
