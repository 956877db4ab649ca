using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Plumb.Commands;

/// <summary>A command with what its help says below the options.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines to copy, each with a comment line before it where it needs one.</summary>
    public string Examples { get; init; } = "";

    /// <summary>What exit codes 0 and 1 mean here; null: done, and never.</summary>
    public (string Zero, string One)? Outcomes { get; init; }
}

/// <summary>The usual help, then examples and exit codes.</summary>
internal sealed class DetailedHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        if (command is DocumentedCommand { Examples.Length: > 0 } documented)
        {
            output.WriteLine("Examples:");
            foreach (var line in documented.Examples.Split('\n')) output.WriteLine(line.Length == 0 ? "" : "  " + line.TrimEnd());
            output.WriteLine();
        }

        var (zero, one) = (command as DocumentedCommand)?.Outcomes ?? ("done", "");
        if (command.Subcommands.Count > 0) (zero, one) = ("done", "the answer is no: a difference, not healthy, a failed run");
        output.WriteLine("Exit codes:");
        output.WriteLine($"  0    {zero}");
        if (one.Length > 0) output.WriteLine($"  1    {one}");
        output.WriteLine("  2    wrong usage, or it could not run");
        output.WriteLine("  130  interrupted");
        return ExitCode.Ok;
    }
}
