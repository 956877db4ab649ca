using System.Text;
using Spectre.Console;

namespace Plumb.Commands.Terminals;

/// <summary>
/// The two streams and what they can show. Results go to <see cref="Out"/>; progress, notes and faults to <see cref="Error"/>, so that
/// a pipe gets results only. Colour only on a terminal, and not when <c>NO_COLOR</c> is set or <c>TERM</c> is <c>dumb</c>.
/// </summary>
internal sealed class Terminal
{
    private const int NoLimit = 10_000;

    private readonly TimeProvider _time = TimeProvider.System;

    private Terminal(TextReader input, TextWriter output, TextWriter error, bool canAsk, bool outIsTerminal, bool errorIsTerminal, bool colour)
    {
        (In, Out, Error) = (input, output, error);
        CanAsk = canAsk;
        OutIsTerminal = outIsTerminal;
        ErrorIsTerminal = errorIsTerminal;
        OutColour = outIsTerminal && colour;
        ErrorColour = errorIsTerminal && colour;
    }

    public TextReader In { get; }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    /// <summary>A person sees results as they are written: live views make sense.</summary>
    public bool OutIsTerminal { get; }

    public bool ErrorIsTerminal { get; }

    /// <summary>Somebody reads what we ask and can answer. See <see cref="Prompt"/>.</summary>
    public bool CanAsk { get; }

    /// <summary>A view may move: somebody watches, and the terminal can do it.</summary>
    public bool CanMove => OutIsTerminal && OutColour;

    public bool OutColour { get; }

    public bool ErrorColour { get; }

    public DateTimeOffset Now => _time.GetUtcNow();

    public static Terminal OfProcess()
    {
        var colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        // Results may be large (a render of thousands of objects): no flush per line unless somebody watches.
        var output = Console.IsOutputRedirected
            ? new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 32 * 1024) { AutoFlush = false, NewLine = "\n" }
            : Console.Out;
        return new Terminal(
            Console.In, TextWriter.Synchronized(output), Console.Error, !Console.IsInputRedirected && !Console.IsErrorRedirected,
            !Console.IsOutputRedirected, !Console.IsErrorRedirected, colour);
    }

    /// <summary>Streams without a person.</summary>
    public static Terminal OfStreams(TextReader input, TextWriter output, TextWriter error) =>
        new(input, output, error, canAsk: false, outIsTerminal: false, errorIsTerminal: false, colour: false);

    /// <summary>A fault, on one line (or as many as it has).</summary>
    public void Fault(string message)
    {
        Out.Flush();
        Error.WriteLine(ErrorColour ? $"\u001b[31mplumb:\u001b[0m {message}" : $"plumb: {message}");
    }

    /// <summary>Something worth knowing that is neither result nor fault.</summary>
    public void Note(string message) => Error.WriteLine(ErrorColour ? $"\u001b[2m{message}\u001b[0m" : message);

    /// <summary>A warning.</summary>
    public void Warn(string message) => Error.WriteLine(ErrorColour ? $"\u001b[33mwarning:\u001b[0m {message}" : $"warning: {message}");

    /// <summary>A Spectre console on the results stream; without a terminal nothing is coloured or wrapped.</summary>
    public IAnsiConsole Canvas(TextWriter? writer = null)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = OutColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = OutColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = OutIsTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer ?? Out),
        });
        if (!OutIsTerminal) console.Profile.Width = NoLimit;
        return console;
    }
}
