using Plumb.Manifests.Cel.Runtime;
using Plumb.Manifests.Cel.Syntax;

namespace Plumb.Manifests.Cel;

/// <summary>The outcome of one evaluation.</summary>
/// <param name="Value">The value, or the error (<see cref="CelValue.Error"/>).</param>
/// <param name="Cost">Steps it took; see <see cref="CelLimits.MaxCost"/>.</param>
public readonly record struct CelResult(CelValue Value, long Cost);

/// <summary>
/// An expression of the Common Expression Language (https://github.com/google/cel-spec), ready to be evaluated many times and by many
/// threads. Values are typed as they come: there is no declaration of types, so what the reference checker would refuse fails when it is
/// evaluated. Functions are CEL's standard ones, its string, list, set, two-variable and optional extensions, and Kubernetes' own.
/// </summary>
public sealed class CelProgram
{
    private readonly CelSyntax _root;
    private readonly IReadOnlyDictionary<string, int> _free;

    private CelProgram(string source, CelSyntax root)
    {
        (Source, _root) = (source, root);
        var free = new Dictionary<string, int>(StringComparer.Ordinal);
        FreeNames.Collect(root, [], free);
        _free = free;
    }

    /// <summary>The expression as written.</summary>
    public string Source { get; }

    /// <summary>Names of the variables that it reads.</summary>
    public IEnumerable<string> Variables => _free.Keys;

    /// <summary>Reads an expression: the program, or the first fault with its place.</summary>
    public static (CelProgram? Program, CelError? Error) Parse(string source, CelLimits? limits = null)
    {
        limits ??= CelLimits.Default;
        if (source.Length > limits.MaxLength)
        {
            return (null, new CelError($"the expression is longer than {limits.MaxLength} characters") { IsLimit = true });
        }

        try
        {
            return (new CelProgram(source, new CelParser(new CelLexer(source).ReadAll(), limits.MaxDepth).Parse()), null);
        }
        catch (CelSyntaxException e)
        {
            return (null, Place(source, new CelError(e.Message), e.Offset));
        }
    }

    /// <summary>The first variable that is none of <paramref name="known"/>, as an error with its place; null when all are known.</summary>
    public CelError? FindUndeclared(IReadOnlyCollection<string> known)
    {
        var unknown = _free.Where(f => !known.Contains(f.Key)).OrderBy(f => f.Value).FirstOrDefault();
        return unknown.Key is null ? null : Place(Source, new CelError($"undeclared reference to '{unknown.Key}'"), unknown.Value);
    }

    /// <summary>Evaluates. Never throws for what the expression or the data holds, only when cancelled.</summary>
    /// <param name="variables">Values by name; a variable that is missing is an error when it is read.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="ct">Stops the evaluation.</param>
    public CelResult Evaluate(IReadOnlyDictionary<string, CelValue> variables, CelLimits limits, CancellationToken ct)
    {
        var budget = new CelBudget(limits, ct);
        var evaluator = new CelEvaluator(variables, budget);
        try
        {
            var value = evaluator.Evaluate(_root, null);
            return new CelResult(value.IsError ? CelValue.Fault(Place(Source, value.Error!, evaluator.FaultOffset)) : value, budget.Cost);
        }
        catch (CelLimitException e)
        {
            return new CelResult(CelValue.Fault(new CelError(e.Message) { IsLimit = true }), budget.Cost);
        }
    }

    private static CelError Place(string source, CelError error, int offset)
    {
        if (error.Line > 0) return error;
        offset = Math.Clamp(offset, 0, source.Length);
        var line = 1 + source.AsSpan(0, offset).Count('\n');
        var column = offset - (source.AsSpan(0, offset).LastIndexOf('\n') + 1) + 1;
        return error with { Line = line, Column = column };
    }
}
