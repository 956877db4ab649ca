namespace Plumb.Manifests.Kustomize.Selectors;

/// <summary>
/// Reads selectors as Kubernetes does (<c>labels.Parse</c> of apimachinery 0.19, which Kustomize carries), with its messages.
/// </summary>
internal sealed class LabelSelectorParser
{
    private const string End = "";

    private readonly List<string> _tokens;
    private int _at;

    private LabelSelectorParser(List<string> tokens) => _tokens = tokens;

    private string Current => _at < _tokens.Count ? _tokens[_at] : End;

    /// <exception cref="KustomizeException">It is no selector.</exception>
    public static IReadOnlyList<LabelSelector.Requirement> Parse(string text) => new LabelSelectorParser(Scan(text)).ReadAll();

    private List<LabelSelector.Requirement> ReadAll()
    {
        var requirements = new List<LabelSelector.Requirement>();
        while (Current is not End)
        {
            if (!IsWord(Current) && Current != "!")
                throw new KustomizeException($"found '{Current}', expected: !, identifier, or 'end of string'");
            try
            {
                requirements.Add(ReadRequirement());
            }
            catch (KustomizeException fault)
            {
                throw fault.Led("unable to parse requirement");
            }

            if (Current is End) break;
            if (Current != ",") throw new KustomizeException($"found '{Current}', expected: ',' or 'end of string'");
            _at++;
            if (!IsWord(Current) && Current != "!") throw new KustomizeException($"found '{Current}', expected: identifier after ','");
        }

        return requirements;
    }

    private LabelSelector.Requirement ReadRequirement()
    {
        var isAbsent = Current == "!";
        if (isAbsent) _at++;
        var key = Take();
        if (!IsWord(key)) throw new KustomizeException($"found '{key}', expected: identifier");
        LabelRules.RequireKey(key);
        if (isAbsent) return new(key, SelectorOperator.DoesNotExist, []);
        if (Current is End or ",") return new(key, SelectorOperator.Exists, []);

        var sign = Take();
        var operation = sign switch
        {
            "in" or "=" or "==" => SelectorOperator.In,
            "notin" or "!=" => SelectorOperator.NotIn,
            ">" => SelectorOperator.GreaterThan,
            "<" => SelectorOperator.LessThan,
            _ => throw new KustomizeException($"found '{sign}', expected: '=', '!=', '==', 'in', notin'"),
        };
        List<string> values = sign is "in" or "notin" ? [.. ReadValues()] : [ReadValue()];
        if (sign is ">" or "<" && LabelSelector.Integer(values[0]) is null)
            throw new KustomizeException("for 'Gt', 'Lt' operators, the value must be an integer");
        foreach (var value in values) LabelRules.RequireValue(key, value);
        return new(key, operation, values);
    }

    private string ReadValue()
    {
        if (Current is End or ",") return "";
        var value = Take();
        return IsWord(value) ? value : throw new KustomizeException($"found '{value}', expected: identifier");
    }

    /// <summary>What stands in parentheses; nothing between commas is an empty value.</summary>
    private SortedSet<string> ReadValues()
    {
        var open = Take();
        if (open != "(") throw new KustomizeException($"found '{open}' expected: '('");
        var values = new SortedSet<string>(StringComparer.Ordinal);
        if (Current == ")")
        {
            _at++;
            values.Add("");
            return values;
        }

        var first = Current;
        if (!IsWord(first) && first != ",") throw new KustomizeException($"found '{first}', expected: ',', ')' or identifier");
        while (true)
        {
            var token = Take();
            if (IsWord(token))
            {
                values.Add(token);
                if (Current == ",") continue;
                if (Current != ")") throw new KustomizeException($"found '{Current}', expected: ',' or ')'");
                break;
            }

            if (token != ",") throw new KustomizeException($"found '{token}', expected: ',', or identifier");
            if (values.Count == 0) values.Add("");
            if (Current == ")")
            {
                values.Add("");
                break;
            }

            if (Current != ",") continue;
            _at++;
            values.Add("");
        }

        _at++;
        return values;
    }

    private string Take()
    {
        var token = Current;
        _at++;
        return token;
    }

    /// <summary>Words of the language are values where values stand.</summary>
    private static bool IsWord(string token) => token.Length > 0 && !IsSign(token[0]);

    private static bool IsSign(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n';

    private static List<string> Scan(string text)
    {
        var tokens = new List<string>();
        for (var i = 0; i < text.Length && text[i] != '\0';)
        {
            var start = i;
            if (IsBlank(text[i]))
            {
                i++;
                continue;
            }

            if (IsSign(text[i]))
            {
                i += text[i] is '=' or '!' && i + 1 < text.Length && text[i + 1] == '=' ? 2 : 1;
            }
            else
            {
                while (i < text.Length && text[i] != '\0' && !IsBlank(text[i]) && !IsSign(text[i])) i++;
            }

            tokens.Add(text[start..i]);
        }

        return tokens;
    }
}
