using System.Text;
using System.Text.RegularExpressions;
using Plumb.Manifests.Fields;

namespace Plumb.Manifests.Kustomize.Selectors;

/// <summary>What Kubernetes allows as key and value of a label (<c>validation</c> of apimachinery 0.19), with its messages.</summary>
internal static partial class LabelRules
{
    private const int MaxName = 63;
    private const int MaxPrefix = 253;
    private const string Name = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string Subdomain = @"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

    private const string NameRule =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" + Name + "')";

    private const string ValueRule =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(" + Name + ")?')";

    private const string SubdomainRule =
        "a DNS-1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
        + "character (e.g. 'example.com', regex used for validation is '" + Subdomain + "')";

    /// <exception cref="KustomizeException">It is no key.</exception>
    public static void RequireKey(string key)
    {
        var faults = KeyFaults(key).ToList();
        if (faults.Count > 0) throw new KustomizeException($"invalid label key {GoJson.Quote(key)}: {string.Join("; ", faults)}");
    }

    /// <exception cref="KustomizeException">It is no value.</exception>
    public static void RequireValue(string key, string value)
    {
        var faults = new List<string>();
        if (Encoding.UTF8.GetByteCount(value) > MaxName) faults.Add($"must be no more than {MaxName} characters");
        if (value.Length > 0 && !IsName().IsMatch(value)) faults.Add(ValueRule);
        if (faults.Count == 0) return;
        throw new KustomizeException(
            $"invalid label value: {GoJson.Quote(value)}: at key: {GoJson.Quote(key)}: {string.Join("; ", faults)}");
    }

    private static IEnumerable<string> KeyFaults(string key)
    {
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            yield return $"a qualified name {NameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }

        if (parts.Length == 2)
        {
            var prefix = parts[0];
            if (prefix.Length == 0)
            {
                yield return "prefix part must be non-empty";
            }
            else
            {
                if (Encoding.UTF8.GetByteCount(prefix) > MaxPrefix) yield return $"prefix part must be no more than {MaxPrefix} characters";
                if (!IsSubdomain().IsMatch(prefix)) yield return $"prefix part {SubdomainRule}";
            }
        }

        var name = parts[^1];
        if (name.Length == 0) yield return "name part must be non-empty";
        else if (Encoding.UTF8.GetByteCount(name) > MaxName) yield return $"name part must be no more than {MaxName} characters";
        if (!IsName().IsMatch(name)) yield return $"name part {NameRule}";
    }

    [GeneratedRegex(@"\A(?:" + Name + @")\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex IsName();

    [GeneratedRegex(@"\A(?:" + Subdomain + @")\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex IsSubdomain();
}
