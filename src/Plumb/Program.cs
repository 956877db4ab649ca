using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Plumb.Commands.Terminals;

namespace Plumb.Commands;

/// <summary>Where the command begins: parse, run, and turn every outcome into an exit code and at most a line of words.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var terminal = Terminal.OfProcess();
        using var interrupt = new Interrupt();
        var root = PlumbCommand.Create(terminal);
        // A word that begins with @ is no file of further arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction faults) return ReportUsage(parsed, faults, terminal);
        try
        {
            // Ctrl-C is ours, and so are exceptions: see Interrupt and below.
            var settings = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = terminal.Error,
            };
            return await parsed.InvokeAsync(settings, interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            terminal.Error.WriteLine("plumb: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            terminal.Fault(Faults.Describe(e));
            if (parsed.GetValue(PlumbCommand.Verbose)) terminal.Error.WriteLine(e.ToString());
            return ExitCode.CannotRun;
        }
        finally
        {
            terminal.Out.Flush();
        }
    }

    private static int ReportUsage(ParseResult parsed, ParseErrorAction faults, Terminal terminal)
    {
        faults.ShowHelp = false;
        faults.ShowTypoCorrections = true;
        faults.Invoke(parsed);
        var words = new List<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
            words.Insert(0, at.Command.Name);
        terminal.Error.WriteLine($"Try: {string.Join(' ', words)} --help");
        return ExitCode.CannotRun;
    }
}
