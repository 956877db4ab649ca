using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Functions;
using Plumb.Manifests.Jq.Runtime;
using Plumb.Manifests.Jq.Syntax;

namespace Plumb.Manifests.Jq;

/// <summary>
/// A jq program (the language of jq 1.6), read once and run on values. It sees its input and nothing else: no environment, no further
/// input, no clock, no modules. Immutable; safe for concurrent use.
/// </summary>
public sealed class JqProgram
{
    private readonly Expression _expression;

    private JqProgram(string text, Expression expression) => (Text, _expression) = (text, expression);

    /// <summary>Longest program, in characters.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Reads a program.</summary>
    /// <exception cref="JqSyntaxException">What is wrong, and where.</exception>
    public static JqProgram Parse(string text)
    {
        if (text.Length > MaxLength) throw new JqSyntaxException($"longer than {MaxLength} characters", MaxLength);
        return new(text, Parser.Read(text));
    }

    /// <summary>All results for one input. The input is not changed; results may share parts of it.</summary>
    /// <exception cref="JqLimitException">A limit was reached.</exception>
    /// <exception cref="JqException">The program failed on this input.</exception>
    public IReadOnlyList<Node> Run(Node input, JqLimits? limits = null, TimeProvider? time = null) => Guarded(limits, time, machine =>
    {
        var results = new List<Node>();
        foreach (var value in machine.ValuesOf(_expression, Scope.Empty, input))
        {
            machine.CheckCount(results.Count);
            results.Add(value);
        }

        return results;
    });

    /// <summary>What <c>del(program)</c> gives: the input without what the program's paths name. Unchanged parts are shared.</summary>
    /// <exception cref="JqLimitException">A limit was reached.</exception>
    /// <exception cref="JqException">The program failed on this input, or makes values instead of finding them.</exception>
    public Node Delete(Node input, JqLimits? limits = null, TimeProvider? time = null) =>
        Guarded(limits, time, machine => PathFunctions.Delete(machine, Scope.Empty, input, _expression));

    /// <summary>The paths that the program leads to in an input: lists of texts, numbers and slices.</summary>
    /// <exception cref="JqLimitException">A limit was reached.</exception>
    /// <exception cref="JqException">The program failed on this input, or makes values instead of finding them.</exception>
    public IReadOnlyList<ListNode> Paths(Node input, JqLimits? limits = null, TimeProvider? time = null) => Guarded(limits, time, machine =>
    {
        var paths = new List<ListNode>();
        foreach (var path in machine.Paths(_expression, Scope.Empty, input))
        {
            machine.CheckCount(paths.Count);
            paths.Add(path.ToList());
        }

        return paths;
    });

    private static T Guarded<T>(JqLimits? limits, TimeProvider? time, Func<Machine, T> run)
    {
        try
        {
            return run(new Machine(limits ?? JqLimits.Default, time ?? TimeProvider.System));
        }
        catch (BreakException)
        {
            throw new JqException("break outside of its label");
        }
        catch (InsufficientExecutionStackException e)
        {
            throw new JqLimitException("it calls itself too deep", e);
        }
    }
}
