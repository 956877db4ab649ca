using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumb.Sandbox.Kinds;

/// <summary>
/// The text formats of Kubernetes names, labels and keys. Each check returns the problems in the API server's words; none when the
/// value is right. Source of the rules: apimachinery <c>pkg/util/validation</c>.
/// </summary>
internal static partial class Formats
{
    private const string LabelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string SubdomainPattern = LabelPattern + @"(\." + LabelPattern + ")*";
    private const string Label1035Pattern = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private const string QualifiedPattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string ConfigKeyPattern = "[-._a-zA-Z0-9]+";

    private const string LabelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";

    private const string SubdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

    private const string Label1035Text =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";

    private const string QualifiedText =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

    private const string LabelValueText =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

    public static List<string> DnsLabel(string value) => Check(
        value, 63, LabelRegex(), RegexProblem(LabelText, LabelPattern, "my-name", "123-abc"));

    public static List<string> DnsSubdomain(string value) => Check(
        value, 253, SubdomainRegex(), RegexProblem(SubdomainText, SubdomainPattern, "example.com"));

    public static List<string> Dns1035Label(string value) => Check(
        value, 63, Label1035Regex(), RegexProblem(Label1035Text, Label1035Pattern, "my-name", "abc-123"));

    public static List<string> LabelValue(string value) => Check(
        value, 63, LabelValueRegex(), RegexProblem(LabelValueText, "(" + QualifiedPattern + ")?", "MyValue", "my_value", "12345"));

    /// <summary>A name in a URL path, as RBAC kinds have.</summary>
    public static List<string> PathSegment(string value)
    {
        if (value is "." or "..") return [$"may not be '{value}'"];
        var problems = new List<string>();
        if (value.Contains('/')) problems.Add("may not contain '/'");
        if (value.Contains('%')) problems.Add("may not contain '%'");
        return problems;
    }

    /// <summary>Key of a label, an annotation, a finalizer or a node selector.</summary>
    public static List<string> QualifiedName(string value)
    {
        var problems = new List<string>();
        var parts = value.Split('/');
        var name = parts[^1];
        if (parts.Length > 2)
        {
            return ["a qualified name " + RegexProblem(QualifiedText, QualifiedPattern, "MyName", "my.name", "123-abc")
                + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"];
        }

        if (parts.Length == 2)
        {
            if (parts[0].Length == 0) problems.Add("prefix part must be non-empty");
            else problems.AddRange(DnsSubdomain(parts[0]).Select(p => "prefix part " + p));
        }

        if (name.Length == 0) problems.Add("name part must be non-empty");
        else if (name.Length > 63) problems.Add("name part must be no more than 63 bytes");
        if (!QualifiedRegex().IsMatch(name))
        {
            problems.Add("name part " + RegexProblem(QualifiedText, QualifiedPattern, "MyName", "my.name", "123-abc"));
        }

        return problems;
    }

    /// <summary>Key in a ConfigMap or Secret.</summary>
    public static List<string> ConfigKey(string value)
    {
        var problems = Check(value, 253, ConfigKeyRegex(), RegexProblem(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", ConfigKeyPattern, "key.name", "KEY_NAME", "key-name"));
        if (value == ".") problems.Add("must not be '.'");
        else if (value == "..") problems.Add("must not be '..'");
        else if (value.StartsWith("..", StringComparison.Ordinal)) problems.Add("must not start with '..'");
        return problems;
    }

    /// <summary>Name of an environment variable, as relaxed since Kubernetes 1.32: printable ASCII but no <c>=</c>.</summary>
    public static List<string> EnvName(string value)
    {
        if (value.Length == 0) return ["environment variable name must be non-empty"];
        return value.Any(c => c is < ' ' or > '~' or '=')
            ? ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
            : [];
    }

    /// <summary>Name of a port (IANA service name).</summary>
    public static List<string> PortName(string value)
    {
        var problems = new List<string>();
        if (value.Length > 15) problems.Add("must be no more than 15 bytes");
        if (!value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            problems.Add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }

        if (!value.Any(char.IsAsciiLetterLower)) problems.Add("must contain at least one letter (a-z)");
        if (value.Contains("--", StringComparison.Ordinal)) problems.Add("must not contain consecutive hyphens");
        if (value.StartsWith('-') || value.EndsWith('-')) problems.Add("must not begin or end with a hyphen");
        return problems;
    }

    public static string Range(long min, long max) =>
        string.Create(CultureInfo.InvariantCulture, $"must be between {min} and {max}, inclusive");

    private static List<string> Check(string value, int maxLength, Regex regex, string problem)
    {
        var problems = new List<string>();
        if (value.Length > maxLength)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"must be no more than {maxLength} bytes"));
        }

        if (!regex.IsMatch(value)) problems.Add(problem);
        return problems;
    }

    private static string RegexProblem(string text, string pattern, params ReadOnlySpan<string> examples)
    {
        var said = string.Empty;
        for (var i = 0; i < examples.Length; i++) said += (i > 0 ? " or " : "") + "'" + examples[i] + "', ";
        return $"{text} (e.g. {said}regex used for validation is '{pattern}')";
    }

    [GeneratedRegex("^" + LabelPattern + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelRegex();

    [GeneratedRegex("^" + SubdomainPattern + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex SubdomainRegex();

    [GeneratedRegex("^" + Label1035Pattern + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label1035Regex();

    [GeneratedRegex("^" + QualifiedPattern + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedRegex();

    [GeneratedRegex("^(" + QualifiedPattern + @")?\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelValueRegex();

    [GeneratedRegex("^" + ConfigKeyPattern + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex ConfigKeyRegex();
}
