using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Values;

/// <summary>The values of a command line, in the order in which Helm merges them (<c>pkg/cli/values/options.go</c>).</summary>
public sealed record ValueFlags
{
    /// <summary><c>--values</c>: names of files.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary><c>--set-json</c>.</summary>
    public IReadOnlyList<string> SetJson { get; init; } = [];

    /// <summary><c>--set</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary><c>--set-string</c>.</summary>
    public IReadOnlyList<string> SetString { get; init; } = [];

    /// <summary><c>--set-file</c>.</summary>
    public IReadOnlyList<string> SetFile { get; init; } = [];

    /// <summary><c>--set-literal</c>.</summary>
    public IReadOnlyList<string> SetLiteral { get; init; } = [];

    /// <summary>Merges them.</summary>
    /// <param name="read">Reads a file by the name given; throws <see cref="HelmException"/> when it cannot.</param>
    /// <exception cref="HelmException">A file or a flag is malformed.</exception>
    public GoMap Merge(Func<string, string> read)
    {
        var values = new GoMap();
        foreach (var file in Files)
        {
            var text = read(file);
            var inFile = Run($"failed to parse {file}: ", () => ValuesText.Read(text));
            values = Merging.Over(values, inFile);
        }

        foreach (var flag in SetJson)
        {
            try
            {
                values = SetFlags.SetJson(flag, values);
            }
            catch (GoError error)
            {
                throw new HelmException(
                    error.Message.StartsWith("failed parsing", StringComparison.Ordinal) ? error.Message : $"failed parsing --set-json data {flag}",
                    error);
            }
        }

        Each("--set", Set, flag => SetFlags.Set(flag, values));
        Each("--set-string", SetString, flag => SetFlags.SetString(flag, values));
        Each("--set-file", SetFile, flag => SetFlags.SetFile(flag, values, name => Read(read, name)));
        Each("--set-literal", SetLiteral, flag => SetFlags.SetLiteral(flag, values));
        return values;
    }

    private static string Read(Func<string, string> read, string name)
    {
        try
        {
            return read(name);
        }
        catch (HelmException fault)
        {
            throw new GoError(fault.Message);
        }
    }

    private static void Each(string flag, IReadOnlyList<string> texts, Action<string> set)
    {
        foreach (var text in texts)
        {
            Run($"failed parsing {flag} data: ", () =>
            {
                set(text);
                return true;
            });
        }
    }

    private static T Run<T>(string prefix, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (GoError error)
        {
            throw new HelmException(prefix + error.Message, error);
        }
    }
}
