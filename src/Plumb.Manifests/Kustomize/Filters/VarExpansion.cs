using System.Text;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>
/// Puts variables where <c>$(NAME)</c> stands (<c>api/filters/refvar</c>). <c>$$</c> is a dollar sign; a name that is none of a variable
/// stays as it is, as Kubernetes may know it.
/// </summary>
/// <param name="values">The variables by name.</param>
internal sealed class VarExpansion(IReadOnlyDictionary<string, VarValue> values)
{
    /// <summary>Bound on all that one build puts in: a long value may be named in many places.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Variables that were put in nowhere yet.</summary>
    public IEnumerable<string> Unused => values.Keys.Where(name => !_used.Contains(name));

    /// <summary>The text with its variables put in. If it is nothing but one variable, it becomes what that is.</summary>
    public VarValue Expand(string text)
    {
        // Go works on bytes, and takes the byte behind a dollar sign for a letter of its own.
        var input = Encoding.UTF8.GetBytes(text);
        var output = new List<byte>(input.Length);
        var copied = 0;
        for (var i = 0; i + 1 < input.Length; i++)
        {
            if (input[i] != '$') continue;
            output.AddRange(input.AsSpan(copied, i - copied));
            var next = input[i + 1];
            var close = next == '(' ? Array.IndexOf(input, (byte)')', i + 2) : -1;
            if (close > 0)
            {
                var name = Encoding.UTF8.GetString(input, i + 2, close - i - 2);
                var value = Value(name);
                _bytes += value.Inline.Length;
                if (_bytes > MaxBytes)
                    throw new KustomizeException($"the values of variables come to more than the {MaxBytes} bytes allowed where they are put in");
                if (i == 0 && close == input.Length - 1) return value;
                output.AddRange(Encoding.UTF8.GetBytes(value.Inline));
                i = close;
            }
            else
            {
                output.AddRange(next == '$' ? "$"u8 : Encoding.UTF8.GetBytes($"${(char)next}"));
                i++;
            }

            copied = i + 1;
        }

        output.AddRange(input.AsSpan(copied));
        return new VarValue(Text(output.ToArray()));
    }

    private VarValue Value(string name)
    {
        if (!values.TryGetValue(name, out var value) || value == VarValue.Complex) return new VarValue($"$({name})");
        _used.Add(name);
        return value;
    }

    /// <summary>What is no UTF-8 any more is written as base64, as go-yaml does where text is set.</summary>
    private static string Text(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return GoBase64.Encode(bytes);
        }
    }
}
