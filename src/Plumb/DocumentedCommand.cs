using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Plumb.Commands;

/// <summary>A command with what its help says below the options.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>What is to be known beyond the options, in lines.</summary>
    public string Notes { get; init; } = "";

    /// <summary>Command lines to copy, each with a comment line before it where it needs one.</summary>
    public string Examples { get; init; } = "";

    /// <summary>What exit codes 0 and 1 mean here; null: done, and never.</summary>
    public (string Zero, string One)? Outcomes { get; init; }

    /// <summary>The same with options, arguments and commands below it, in this order.</summary>
    public DocumentedCommand With(params Symbol[] parts)
    {
        foreach (var part in parts)
        {
            if (part is Option option) Add(option);
            else if (part is Argument argument) Add(argument);
            else if (part is Command below) Add(below);
        }

        return this;
    }
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
        if (command is DocumentedCommand { Notes.Length: > 0 } noted)
        {
            foreach (var line in noted.Notes.Split('\n')) output.WriteLine(line.TrimEnd());
            output.WriteLine();
        }

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
