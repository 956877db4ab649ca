using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Controllers;

namespace Plumb.Sandbox.Http;

/// <summary>
/// What a container of the sandbox "prints". No container runs, so these are the events of its life, in the form and with the parameters of a
/// kubelet's log endpoint.
/// </summary>
internal sealed class ContainerLog(Node pod, string container)
{
    private Node Status => new[] { pod["status"]["initContainerStatuses"], pod["status"]["containerStatuses"] }
        .SelectMany(list => list.AsList() ?? []).FirstOrDefault(s => s["name"] == container);

    /// <summary>Whether nothing more comes: it ended and is not started again.</summary>
    public bool HasEnded => !Status["state"]["terminated"].IsAbsent;

    /// <summary>Why there is no log yet, in a kubelet's words; null when there is one.</summary>
    public string? WhyNone => Status["state"]["running"].IsAbsent && Status["state"]["terminated"].IsAbsent && (Status["restartCount"].AsInt() ?? 0) == 0
        ? $"container \"{container}\" in pod \"{pod["metadata"]["name"].AsString()}\" is waiting to start: {Status["state"]["waiting"]["reason"].AsString() ?? "ContainerCreating"}"
        : null;

    /// <summary>Whether one ran before the present one.</summary>
    public bool HasPrevious => (Status["restartCount"].AsInt() ?? 0) > 0;

    /// <summary>Its lines, the oldest first.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Text)> Lines(bool previous)
    {
        var state = previous ? Status["lastState"] : Status["state"];
        var run = !state["running"].IsAbsent ? state["running"] : state["terminated"];
        if (Cluster.ParseTime(run["startedAt"]) is not { } started) return [];
        var lines = new List<(DateTimeOffset At, string Text)>
        {
            (started, $"{container}: the sandbox runs no containers; these lines stand for what it would print"),
            (started, $"{container}: started {Image()}"),
        };
        if (Cluster.ParseTime(run["finishedAt"]) is { } finished)
            lines.Add((finished, $"{container}: ended with exit code {run["exitCode"].AsInt() ?? 0}"));
        else if (Status["ready"] == true)
            lines.Add((ReadyAt() ?? started, $"{container}: ready"));
        return lines;
    }

    /// <summary>The lines in the endpoint's form.</summary>
    public static byte[] Write(IEnumerable<(DateTimeOffset At, string Text)> lines, bool timestamps)
    {
        var text = new StringBuilder();
        foreach (var (at, line) in lines)
        {
            if (timestamps) text.Append(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture));
            text.Append(line).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private string Image()
    {
        var spec = pod["spec"];
        return (spec["containers"].AsList() ?? []).Concat(spec["initContainers"].AsList() ?? [])
            .FirstOrDefault(c => c["name"] == container)["image"].AsString() ?? "";
    }

    private DateTimeOffset? ReadyAt() =>
        Cluster.ParseTime((pod["status"]["conditions"].AsList() ?? []).FirstOrDefault(c => c["type"] == "ContainersReady")["lastTransitionTime"]);
}
