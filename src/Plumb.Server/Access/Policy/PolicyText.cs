namespace Plumb.Server.Access.Policy;

/// <summary>Reads the text of a policy, Argo CD's <c>policy.csv</c>.</summary>
internal sealed class PolicyText
{
    private const int RuleFields = 6;
    private const int BindingFields = 3;

    private readonly List<PolicyRule> _rules = [];
    private readonly List<PolicyBinding> _bindings = [];
    private readonly List<PolicyFault> _faults = [];

    private PolicyText()
    {
    }

    /// <summary>Lines <c>p</c> without errors, in order.</summary>
    public IReadOnlyList<PolicyRule> Rules => _rules;

    /// <summary>Lines <c>g</c> without errors, in order.</summary>
    public IReadOnlyList<PolicyBinding> Bindings => _bindings;

    /// <summary>What is wrong, in order of the lines.</summary>
    public IReadOnlyList<PolicyFault> Faults => _faults;

    /// <summary>Reads all lines, also after one that is wrong.</summary>
    public static PolicyText Read(string csv, MatchMode mode)
    {
        var policy = new PolicyText();
        var number = 0;
        foreach (var line in csv.Split('\n')) policy.ReadLine(line.Trim(), ++number, mode);
        return policy;
    }

    private void ReadLine(string line, int number, MatchMode mode)
    {
        if (line.Length == 0 || line[0] == '#') return;
        if (PolicyLine.TrySplit(line, out var problem) is not { } fields)
        {
            Error(number, problem);
            return;
        }

        if (fields.FindIndex(f => f.Length > 0 && char.IsWhiteSpace(f[^1])) is >= 0 and var spaced)
            Warn(number, $"\"{fields[spaced]}\" ends with a space, which is part of it; take the space away");
        switch (fields[0])
        {
            case "p":
                ReadRule(fields, number, mode);
                break;
            case "g":
                ReadBinding(fields, number);
                break;
            default:
                Error(number, $"a line begins with \"p\" or \"g\"; this one with \"{fields[0]}\"");
                break;
        }
    }

    private void ReadRule(List<string> fields, int number, MatchMode mode)
    {
        if (fields.Count != RuleFields)
        {
            Error(number, $"has {fields.Count} fields; write p, subject, resource, action, object, allow or deny");
            return;
        }

        if (fields[1].Length == 0) Error(number, "names no subject");
        else if (fields[5] is not ("allow" or "deny")) Error(number, $"the effect is \"{fields[5]}\"; it can be allow or deny");
        else if (Pattern(fields[2], "resource", number, mode) is { } resource && Pattern(fields[3], "action", number, mode) is { } action
            && Pattern(fields[4], "object", number, mode) is { } subject)
        {
            if (KnownResources.Complaint(resource, action, mode) is { } complaint) Warn(number, complaint);
            _rules.Add(new PolicyRule(fields[1], resource, action, subject, fields[5] == "allow"));
        }
    }

    private void ReadBinding(List<string> fields, int number)
    {
        if (fields.Count < BindingFields || fields[1].Length == 0 || fields[2].Length == 0)
        {
            Error(number, "binds nobody to nothing; write g, user or group, role");
            return;
        }

        if (fields.Count > BindingFields) Warn(number, $"has {fields.Count} fields; all after the role are ignored");
        _bindings.Add(new PolicyBinding(fields[1], fields[2]));
    }

    private PolicyPattern? Pattern(string text, string what, int number, MatchMode mode)
    {
        var pattern = PolicyPattern.TryRead(text, mode, out var problem);
        if (pattern is null) Error(number, $"the {what} {problem}");
        return pattern;
    }

    private void Error(int line, string message) => _faults.Add(new PolicyFault(line, message, IsError: true));

    private void Warn(int line, string message) => _faults.Add(new PolicyFault(line, message, IsError: false));
}
