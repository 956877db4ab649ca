using System.Globalization;

namespace Plumb.Bench;

/// <summary>Options of the form <c>--name value</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Reads them.</summary>
    /// <exception cref="ArgumentException">Not of that form.</exception>
    public static Arguments Read(ReadOnlySpan<string> args)
    {
        var read = new Arguments();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal)) throw new ArgumentException($"{args[i]} is no option: options are --name value");
            if (i + 1 == args.Length) throw new ArgumentException($"{args[i]} needs a value");
            read._values[args[i][2..]] = args[i + 1];
        }

        return read;
    }

    /// <summary>A positive number.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public int Number(string name, int otherwise) =>
        !_values.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new ArgumentException($"--{name} needs a positive number, not {text}");

    /// <summary>A text.</summary>
    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);
}
