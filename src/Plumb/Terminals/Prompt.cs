using System.Text;

namespace Plumb.Commands.Terminals;

/// <summary>
/// Questions to a person, on the error stream so that a pipe gets results only. Where nobody can be asked, nothing is asked: the command says
/// which option answers instead.
/// </summary>
internal static class Prompt
{
    private const int MaxSecret = 4096;

    /// <summary>Yes or no; no is the usual answer.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="question">Ends in a question mark.</param>
    /// <param name="needs">What needs an answer, for who cannot be asked: "deleting shop".</param>
    /// <param name="ct">Cancels the question.</param>
    /// <exception cref="UsageException">Nobody can be asked.</exception>
    public static async Task<bool> ConfirmAsync(Terminal terminal, string question, string needs, CancellationToken ct)
    {
        if (!terminal.CanAsk) throw new UsageException($"{needs} needs --yes where nobody can be asked");
        await terminal.Out.FlushAsync(ct);
        await terminal.Error.WriteAsync($"{question} [y/N] ".AsMemory(), ct);
        return (await ReadLineAsync(terminal, ct))?.Trim() is "y" or "Y" or "yes" or "Yes";
    }

    /// <summary>A line of text.</summary>
    /// <exception cref="UsageException">Nobody can be asked.</exception>
    public static async Task<string> AskAsync(Terminal terminal, string label, string otherwise, CancellationToken ct)
    {
        if (!terminal.CanAsk) throw new UsageException(otherwise);
        await terminal.Error.WriteAsync($"{label}: ".AsMemory(), ct);
        return (await ReadLineAsync(terminal, ct))?.Trim() ?? "";
    }

    /// <summary>A text that is not shown while it is typed.</summary>
    /// <exception cref="UsageException">Nobody can be asked.</exception>
    public static async Task<string> AskHiddenAsync(Terminal terminal, string label, string otherwise, CancellationToken ct)
    {
        if (!terminal.CanAsk) throw new UsageException(otherwise);
        return await AnswerAsync(terminal, () => ReadHidden(terminal, label), ct);
    }

    /// <summary>A new password, typed twice.</summary>
    /// <exception cref="UsageException">Nobody can be asked, or the two differ.</exception>
    public static async Task<string> AskNewPasswordAsync(Terminal terminal, string whose, string otherwise, CancellationToken ct)
    {
        var first = await AskHiddenAsync(terminal, $"New password of {whose}", otherwise, ct);
        var second = await AskHiddenAsync(terminal, "Once more", otherwise, ct);
        return first == second ? first : throw new UsageException("the two passwords differ: nothing was changed");
    }

    /// <summary>The next line of the input stream, which a program gives.</summary>
    /// <param name="terminal">Whose input.</param>
    /// <param name="what">What is expected there, such as "password".</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="UsageException">There is none, or it is far too long.</exception>
    public static async Task<string> ReadGivenAsync(Terminal terminal, string what, CancellationToken ct)
    {
        var line = (await ReadLineAsync(terminal, ct))?.TrimEnd('\r') ?? "";
        if (line.Length == 0) throw new UsageException($"there is no {what} on the input stream; write it there, as in: printf '%s\\n' \"$SECRET\" | plumb …");
        return line.Length <= MaxSecret ? line : throw new UsageException($"the {what} on the input stream is longer than {MaxSecret} characters: is it another file?");
    }

    private static Task<string?> ReadLineAsync(Terminal terminal, CancellationToken ct) => AnswerAsync(terminal, terminal.In.ReadLine, ct);

    /// <summary>Reading from a terminal cannot be cancelled: after Ctrl-C its thread is left alone, and ends with the process.</summary>
    private static async Task<T> AnswerAsync<T>(Terminal terminal, Func<T> read, CancellationToken ct)
    {
        try
        {
            return await Task.Run(read, CancellationToken.None).WaitAsync(ct);
        }
        catch (OperationCanceledException) when (terminal.CanAsk)
        {
            // What is said next begins on a line of its own.
            await terminal.Error.WriteLineAsync();
            throw;
        }
    }

    private static string ReadHidden(Terminal terminal, string label)
    {
        // Asking for a key makes the terminal stop showing what is typed: before the question, as fast fingers answer at once.
        _ = Console.KeyAvailable;
        terminal.Error.Write($"{label}: ");
        var text = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key is ConsoleKey.Enter || key.KeyChar is '\n' or '\r' || key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control })
            {
                terminal.Error.WriteLine();
                return text.ToString();
            }

            if (key.Key == ConsoleKey.Backspace) text.Length = Math.Max(0, text.Length - 1);
            else if (key is { Key: ConsoleKey.U, Modifiers: ConsoleModifiers.Control }) text.Clear();
            else if (!char.IsControl(key.KeyChar) && text.Length < MaxSecret) text.Append(key.KeyChar);
        }
    }
}
