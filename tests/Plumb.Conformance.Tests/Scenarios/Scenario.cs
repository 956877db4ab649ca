using Plumb.Manifests.Documents;

namespace Plumb.Conformance.Tests.Scenarios;

/// <summary>A named sequence of requests with what matters in the answers.</summary>
/// <param name="File">The file it stands in, without extension.</param>
/// <param name="Title">What behaves how.</param>
/// <param name="Steps">In order.</param>
internal sealed record Scenario(string File, string Title, IReadOnlyList<Step> Steps)
{
    public string Name => $"{File}: {Title}";
}

/// <summary>What a step does.</summary>
internal enum StepKind
{
    /// <summary>One request, one answer.</summary>
    Request,

    /// <summary>The same request until its expectations hold; the last answer counts.</summary>
    Wait,

    /// <summary>Opens a watch and leaves it open.</summary>
    Watch,

    /// <summary>Reads the next events of a watch.</summary>
    Events,
}

/// <summary>One step of a scenario, with variables still in its texts.</summary>
internal sealed record Step(StepKind Kind, string Method, string Path, int Line)
{
    public List<(string Name, string Value)> Headers { get; } = [];

    /// <summary>YAML, sent as JSON; or, when <see cref="Raw"/>, what is sent as it stands.</summary>
    public string? Body { get; set; }

    public bool Raw { get; set; }

    public List<Expectation> Expectations { get; } = [];

    /// <summary>Variables taken from the answer: name and path.</summary>
    public List<(string Name, string Path)> Saved { get; } = [];

    public override string ToString() => $"{Method} {Path} (line {Line})";
}

/// <summary>How an expectation judges.</summary>
internal enum Judgement
{
    Code,
    Equal,
    Contains,
    Absent,
    Present,
    Cause,
    Event,
}

/// <summary>Something that must hold for an answer.</summary>
/// <param name="Judgement">How it judges.</param>
/// <param name="Path">Where in the answer.</param>
/// <param name="Value">YAML or text.</param>
/// <param name="Since">Holds only from this minor version on.</param>
/// <param name="Before">Holds only before this minor version.</param>
internal sealed record Expectation(Judgement Judgement, string Path, string Value, int? Since, int? Before)
{
    public bool AppliesTo(int minor) => (Since is null || minor >= Since) && (Before is null || minor < Before);
}

/// <summary>Paths such as <c>spec.ports[0].port</c> and <c>metadata.labels[example.com/a]</c>.</summary>
internal static class DocumentPath
{
    public static Node Find(Node root, string path)
    {
        var node = root;
        foreach (var part in Parts(path))
        {
            node = node.AsList() is not null && int.TryParse(part, out var index) ? node[index] : node[part];
        }

        return node;
    }

    private static IEnumerable<string> Parts(string path)
    {
        var at = 0;
        while (at < path.Length)
        {
            if (path[at] == '.') at++;
            var end = path[at] == '[' ? path.IndexOf(']', at) : path.IndexOfAny(['.', '['], at);
            if (end < 0) end = path.Length;
            if (path[at] == '[')
            {
                yield return path[(at + 1)..end];
                at = end + 1;
            }
            else
            {
                yield return path[at..end];
                at = end;
            }
        }
    }
}
