using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumb.Conformance.Tests.Scenarios;

/// <summary>
/// Reads scenario files. <c>### title</c> starts a scenario; <c>METHOD path</c> a step, headers and a YAML body follow; <c>=&gt;</c>
/// states what must hold (<c>=&gt; 201</c>, <c>=&gt; path = yaml</c>, <c>=&gt; path ~ text</c>, <c>=&gt; path absent</c>, <c>=&gt; path present</c>,
/// <c>=&gt; cause field Reason</c>), from a version on with <c>since 1.22</c> or up to one with <c>before 1.22</c>; <c>@save name path</c> keeps a
/// value for <c>$name</c>; <c>@let name text</c> defines one for the file; <c>@raw</c> sends the body as it stands.
/// </summary>
internal static partial class ScenarioFile
{
    private static readonly Dictionary<string, (string Method, string? MediaType)> Methods = new()
    {
        ["GET"] = ("GET", null),
        ["HEAD"] = ("HEAD", null),
        ["POST"] = ("POST", null),
        ["PUT"] = ("PUT", null),
        ["DELETE"] = ("DELETE", null),
        ["OPTIONS"] = ("OPTIONS", null),
        ["PATCH"] = ("PATCH", null),
        ["MERGE"] = ("PATCH", "application/merge-patch+json"),
        ["STRATEGIC"] = ("PATCH", "application/strategic-merge-patch+json"),
        ["JSONPATCH"] = ("PATCH", "application/json-patch+json"),
        ["APPLY"] = ("PATCH", "application/apply-patch+yaml"),
    };

    /// <summary>All files beside the sources.</summary>
    public static IReadOnlyList<Scenario> ReadAll() =>
        [.. Directory.GetFiles(Path.Combine(Root, "tests", "Plumb.Conformance.Tests", "Scenarios"), "*.http").Order(StringComparer.Ordinal)
            .SelectMany(file => Read(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)))];

    /// <summary>The project's root.</summary>
    public static string Root
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (at is not null && !File.Exists(Path.Combine(at.FullName, "Plumb.slnx"))) at = at.Parent;
            return at?.FullName ?? throw new InvalidOperationException("The tests run outside the project.");
        }
    }

    public static IReadOnlyList<Scenario> Read(string file, string text)
    {
        var scenarios = new List<Scenario>();
        var lets = new List<(string Name, string Text)>();
        List<Step>? steps = null;
        Step? step = null;
        var number = 0;
        foreach (var unread in text.Split('\n'))
        {
            number++;
            var line = lets.Aggregate(unread, (l, let) => Regex.Replace(l, $@"\${let.Name}\b", let.Text.Replace("$", "$$")));
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                steps = [];
                step = null;
                scenarios.Add(new(file, line[4..].Trim(), steps));
            }
            else if (line.StartsWith("@let ", StringComparison.Ordinal))
            {
                var parts = line[5..].Split(' ', 2);
                lets.Add((parts[0], parts[1]));
            }
            else if (ReadStep(line, number) is { } next)
            {
                (steps ?? throw new FormatException($"{file}({number}): a step outside a scenario")).Add(step = next);
            }
            else if (step is not null)
            {
                ReadDetail(step, line);
            }
        }

        return scenarios;
    }

    private static Step? ReadStep(string line, int number)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2) return null;
        if (parts[0] == "EVENTS") return new(StepKind.Events, "EVENTS", parts[1], number);
        if (parts[0] == "WATCH") return Made(new(StepKind.Watch, parts[1], parts[2], number), null);
        var wait = parts[0] == "WAIT";
        if (wait) parts = parts[1..];
        if (!Methods.TryGetValue(parts[0], out var method) || parts.Length != 2) return null;
        return Made(new(wait ? StepKind.Wait : StepKind.Request, method.Method, parts[1], number), method.MediaType);
    }

    private static Step Made(Step step, string? mediaType)
    {
        if (mediaType is not null) step.Headers.Add(("Content-Type", mediaType));
        return step;
    }

    private static void ReadDetail(Step step, string line)
    {
        if (line.StartsWith("=>", StringComparison.Ordinal)) step.Expectations.Add(ReadExpectation(line[2..].Trim()));
        else if (line == "@raw") step.Raw = true;
        else if (line.StartsWith("@save ", StringComparison.Ordinal)) step.Saved.Add((line.Split(' ')[1], line.Split(' ')[2]));
        else if (step.Body is null && Header().Match(line) is { Success: true } header)
        {
            step.Headers.RemoveAll(h => h.Name == header.Groups[1].Value);
            step.Headers.Add((header.Groups[1].Value, header.Groups[2].Value));
        }
        else if (step.Expectations.Count == 0 && !line.StartsWith("# ", StringComparison.Ordinal) && (step.Body is not null || line.Trim().Length > 0))
        {
            step.Body = step.Body is null ? line : step.Body + "\n" + line;
        }
    }

    private static Expectation ReadExpectation(string text)
    {
        int? since = null, before = null;
        if (Version().Match(text) is { Success: true } version)
        {
            var minor = int.Parse(version.Groups[2].Value, CultureInfo.InvariantCulture);
            if (version.Groups[1].Value == "since") since = minor;
            else before = minor;
            text = text[version.Length..];
        }

        if (Code().IsMatch(text)) return new(Judgement.Code, "", text, since, before);
        var parts = text.Split(' ', 3);
        return parts switch
        {
            ["cause", var field, var reason] => new(Judgement.Cause, field, reason, since, before),
            ["ADDED" or "MODIFIED" or "DELETED" or "BOOKMARK" or "ERROR" or "END", ..] => new(Judgement.Event, parts[0], parts.Length > 1 ? parts[1] : "", since, before),
            [var path, "=", var value] => new(Judgement.Equal, path, value, since, before),
            [var path, "~", var value] => new(Judgement.Contains, path, value, since, before),
            [var path, "absent"] => new(Judgement.Absent, path, "", since, before),
            [var path, "present"] => new(Judgement.Present, path, "", since, before),
            _ => throw new FormatException($"not an expectation: {text}"),
        };
    }

    [GeneratedRegex("^([A-Z][A-Za-z-]*): (.*)$")]
    private static partial Regex Header();

    [GeneratedRegex(@"^(since|before) 1\.(\d+) ")]
    private static partial Regex Version();

    [GeneratedRegex(@"^\d{3}$")]
    private static partial Regex Code();
}
