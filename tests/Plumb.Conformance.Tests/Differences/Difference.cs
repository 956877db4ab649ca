using System.Text.RegularExpressions;
using Plumb.Conformance.Tests.Comparing;
using Plumb.Conformance.Tests.Servers;

namespace Plumb.Conformance.Tests.Differences;

/// <summary>A known difference of the two servers. docs/sandbox.md has its title and reason.</summary>
/// <param name="Title">As in docs/sandbox.md.</param>
/// <param name="Covers">Whether it explains a deviation in the answers to a request.</param>
internal sealed record Difference(string Title, Func<WireRequest, Deviation, bool> Covers)
{
    /// <summary>At or below these paths, field ownership included.</summary>
    public static Difference Fields(string title, params string[] patterns) =>
        new(title, (_, d) => Array.Exists(patterns, p => FieldPath.IsUnder(d.Path, p)));

    /// <summary>At or below these paths, in answers to requests that match.</summary>
    public static Difference Requests(string title, string request, params string[] patterns) => new(title, (r, d) =>
        Regex.IsMatch($"{r.Method} {r.Path}", request)
        && (patterns.Length == 0 || Array.Exists(patterns, p => FieldPath.IsUnder(d.Path, p))));

    /// <summary>Answers of another kind or code, told by how they begin or what they say.</summary>
    public static Difference Answers(string title, string sandbox, string real) => new(title, (_, d) =>
        d.Path == "answer" && Regex.IsMatch(d.Sandbox.AsString()!, sandbox, RegexOptions.Singleline)
        && Regex.IsMatch(d.Real.AsString()!, real, RegexOptions.Singleline));

    /// <summary>Values at these paths for which both patterns hold.</summary>
    public static Difference Values(string title, string path, string sandbox, string real) => new(title, (_, d) =>
        FieldPath.IsUnder(d.Path, path) && Regex.IsMatch(d.Sandbox.ToString(), sandbox, RegexOptions.Singleline)
        && Regex.IsMatch(d.Real.ToString(), real, RegexOptions.Singleline));

    /// <summary>Refusals (422) of these requests, told by a part of their path and of their body: how many faults, which first.</summary>
    public static Difference Refusals(string title, params (string Path, string Body)[] requests) => new(title, (r, d) =>
        Array.Exists(requests, q => r.Path.Contains(q.Path, StringComparison.Ordinal) && r.Body?.Contains(q.Body, StringComparison.Ordinal) == true)
        && (d.Path == "body.message" || d.Path.StartsWith("body.details.causes", StringComparison.Ordinal)));
}
