using Plumb.Manifests.Cel;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Admission;

/// <summary>
/// The <c>matchConditions</c> of a webhook: CEL expressions that must all be true for it to be asked (apiserver
/// <c>plugin/webhook/matchconditions</c>, and for what may be written <c>pkg/apis/admissionregistration/validation</c>).
/// </summary>
internal static class MatchConditions
{
    private const int Most = 64;
    private const long Budget = 2_500_000; // a quarter of what the rules of an object may cost, as on a server
    private static readonly string[] Known = ["object", "oldObject", "request", "namespaceObject"];

    /// <summary>Whether all hold. One that is false decides, whatever becomes of the others.</summary>
    /// <param name="webhook">Whose conditions.</param>
    /// <param name="about">The operation.</param>
    /// <param name="request">The review's request; only made when there are conditions.</param>
    /// <exception cref="ApiException">One failed, and the webhook fails closed.</exception>
    public static bool Hold(Webhook webhook, AdmissionAttributes about, Func<MapNode> request)
    {
        if (webhook.Spec["matchConditions"].AsList() is not { Count: > 0 } conditions) return true;
        var variables = new Dictionary<string, CelValue>(StringComparer.Ordinal)
        {
            ["object"] = ValueOf(about.Object),
            ["oldObject"] = ValueOf(about.Old),
            ["request"] = CelValue.From(request()),
            ["namespaceObject"] = CelValue.Null,
        };
        var limits = CelLimits.Default with { MaxCost = Budget };
        var faults = new List<string>();
        foreach (var condition in conditions)
        {
            var expression = condition["expression"].Text().Trim();
            var (value, cost) = Evaluate(expression, variables, limits);
            if (value.AsBool() == false) return false;
            if (value.Error is { IsLimit: true })
            {
                faults.Add("validation failed due to running out of cost budget, no further validation rules will be run");
                break;
            }

            if (value.AsBool() is null)
                faults.Add($"expression '{expression}' resulted in error: {value.Error?.Message ?? "must evaluate to bool"}");
            limits = limits with { MaxCost = limits.MaxCost - cost };
        }

        if (faults.Count == 0) return true;
        if (!webhook.FailsClosed) return false;
        throw ApiErrors.Forbidden(about.Type, about.Name, faults.Count == 1 ? faults[0] : $"[{string.Join(", ", faults)}]");
    }

    /// <summary>What a server refuses when a configuration is written.</summary>
    public static void Validate(MapNode webhook, string at, Faults faults)
    {
        if (webhook["matchConditions"].AsList() is not { } conditions) return;
        at += ".matchConditions";
        if (conditions.Count > Most)
        {
            var words = FormattableString.Invariant($"Too many: {conditions.Count}: must have at most {Most} items");
            faults.Add(new("FieldValueTooMany", at, words));
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < conditions.Count; i++)
        {
            var (condition, here) = (conditions[i], FormattableString.Invariant($"{at}[{i}]"));
            ValidateExpression(condition["expression"].Text().Trim(), here + ".expression", faults);
            var name = condition["name"].Text();
            if (name.Length == 0) faults.Required(here + ".name");
            else faults.Invalid(here + ".name", name, Formats.QualifiedName(name));
            if (name.Length > 0 && !names.Add(name)) faults.Duplicate(here + ".name", name);
        }
    }

    private static void ValidateExpression(string expression, string at, Faults faults)
    {
        if (expression.Length == 0)
        {
            faults.Required(at);
            return;
        }

        var (program, error) = CelProgram.Parse(expression);
        error ??= program!.FindUndeclared(Known);
        if (error is not null) faults.Invalid(at, expression, $"compilation failed: ERROR: <input>:{error}");
    }

    private static (CelValue Value, long Cost) Evaluate(string expression, Dictionary<string, CelValue> variables, CelLimits limits)
    {
        var (program, error) = CelProgram.Parse(expression);
        if (program is null) return (CelValue.Fault(error!.Message), 0);
        var result = program.Evaluate(variables, limits, CancellationToken.None);
        return (result.Value, result.Cost);
    }

    private static CelValue ValueOf(KubeObject? obj) => obj is null ? CelValue.Null : CelValue.From(obj.Root);
}
