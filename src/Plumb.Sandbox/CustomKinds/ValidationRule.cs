using Plumb.Manifests.Cel;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.CustomKinds;

/// <summary>One entry of <c>x-kubernetes-validations</c>, ready to be evaluated.</summary>
internal sealed class ValidationRule
{
    private static readonly string[] Known = ["self", "oldSelf"];
    private static readonly string[] Reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

    private readonly CelProgram _rule;
    private readonly CelProgram? _words;
    private readonly string _message;
    private readonly string _reason;
    private readonly string _fieldPath;
    private readonly bool _optionalOld;

    private ValidationRule(MapNode node, CelProgram rule, CelProgram? words)
    {
        (_rule, _words) = (rule, words);
        _message = node["message"].Text().Trim();
        _reason = node["reason"].AsString() ?? "FieldValueInvalid";
        _fieldPath = node["fieldPath"].Text();
        _optionalOld = node["optionalOldSelf"].AsBool() == true;
        IsTransition = rule.Variables.Contains("oldSelf") || words?.Variables.Contains("oldSelf") == true;
    }

    /// <summary>Whether it looks at the value before.</summary>
    public bool IsTransition { get; }

    /// <summary>Reads an entry; what is wrong with it goes to <paramref name="faults"/>, and null is returned.</summary>
    public static ValidationRule? Read(MapNode node, string path, List<SchemaFault> faults)
    {
        var before = faults.Count;
        if (node["rule"].Text().Trim().Length == 0)
        {
            faults.Add(new("FieldValueRequired", path + ".rule", "Required value: rule is not specified"));
            return null;
        }

        var rule = Compile(node["rule"].Text(), path + ".rule", faults);
        var words = node["messageExpression"].AsString() is { Length: > 0 } text ? Compile(text, path + ".messageExpression", faults) : null;
        if (node["message"].Text().Contains('\n'))
            faults.Add(new("FieldValueInvalid", path + ".message", $"Invalid value: {Json.WriteText(node["message"])}: message must not contain line breaks"));
        if (node["reason"].AsString() is { } reason && !Reasons.Contains(reason))
        {
            faults.Add(new("FieldValueNotSupported", path + ".reason",
                $"Unsupported value: \"{reason}\": supported values: {string.Join(", ", Reasons.Select(r => $"\"{r}\""))}"));
        }

        return faults.Count > before ? null : new(node, rule!, words);
    }

    /// <summary>
    /// Evaluates on one value. Returns what it cost; the fault, if any, is added. Without a value before, a rule that looks at it does not
    /// apply, unless it asked for an optional one.
    /// </summary>
    public long Check(CelValue self, CelValue? old, string typeName, string path, CelLimits limits, List<SchemaFault> faults)
    {
        if (IsTransition && old is null && !_optionalOld) return 0;
        var variables = new Dictionary<string, CelValue>(StringComparer.Ordinal) { ["self"] = self };
        if (_optionalOld) variables["oldSelf"] = CelValue.Optional(old);
        else if (old is { } before) variables["oldSelf"] = before;
        var result = _rule.Evaluate(variables, limits, CancellationToken.None);
        if (result.Value.AsBool() == true) return result.Cost;
        var stated = _message.Length > 0 ? _message : _rule.Source.Trim();
        if (result.Value.Error is { } error)
        {
            Add(faults, "FieldValueInvalid", path, typeName, error.IsLimit
                ? $"{error.Message} evaluating rule: {stated}; no further validation rules will be run"
                : $"{error.Message} evaluating rule: {stated}");
            return result.Cost;
        }

        var (message, cost) = Words(variables, limits);
        Add(faults, _reason, path + _fieldPath, typeName, message);
        return result.Cost + cost;
    }

    private (string Message, long Cost) Words(Dictionary<string, CelValue> variables, CelLimits limits)
    {
        if (_words?.Evaluate(variables, limits, CancellationToken.None) is { } result)
        {
            // Words that cannot be found are no reason to say nothing: the plain message is used instead.
            if (result.Value.AsString()?.Trim() is { Length: > 0 and <= 5120 } found && !found.Contains('\n')) return (found, result.Cost);
        }

        return (_message.Length > 0 ? _message : "failed rule: " + _rule.Source.Trim(), 0);
    }

    private static void Add(List<SchemaFault> faults, string reason, string path, string typeName, string detail) => faults.Add(new(
        reason,
        path.Length == 0 ? "<nil>" : path.TrimStart('.'),
        reason switch
        {
            "FieldValueForbidden" => "Forbidden: " + detail,
            "FieldValueRequired" => "Required value: " + detail,
            "FieldValueDuplicate" => $"Duplicate value: \"{typeName}\"",
            _ => $"Invalid value: \"{typeName}\": {detail}",
        }));

    private static CelProgram? Compile(string source, string path, List<SchemaFault> faults)
    {
        var (program, error) = CelProgram.Parse(source);
        error ??= program!.FindUndeclared(Known);
        if (error is null) return program;
        faults.Add(new("FieldValueInvalid", path, $"Invalid value: {Json.WriteText(source)}: compilation failed: ERROR: <input>:{error}"));
        return null;
    }
}
