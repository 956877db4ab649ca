using System.Text;
using Plumb.GoTemplate;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Text;

/// <summary>How Helm 4 shows the errors of its templates (<c>pkg/engine/engine.go</c>).</summary>
public static class EngineErrors
{
    private const string WarnStart = "HELM_ERR_START";
    private const string WarnEnd = "HELM_ERR_END";
    private const int EnoughForAPlace = 16_384; // a place ends where the next one begins

    /// <summary>The message of <c>required</c> and <c>fail</c>, marked so that it is found within the chain of errors.</summary>
    public static string Wrap(string message) => WarnStart + message + WarnEnd;

    /// <summary>A template that cannot be read: position and last reason only.</summary>
    public static string OfParsing(string file, GoError error)
    {
        var parts = error.Message.Split(": ");
        return parts.Length == 1
            ? $"parse error in ({file}): {error.Message}"
            : $"parse error at ({parts[1]}): {parts[^1]}";
    }

    /// <summary>A template that failed while it ran: the chain of positions, or only the message that a chart gave.</summary>
    public static string OfExecution(string file, GoError error)
    {
        if (!Chain(error).Any(e => e is TemplateExecError)) return error.Message;
        var parts = error.Message.Split(": ", 3);
        if (parts.Length != 3) return $"execution error in ({file}): {error.Message}";
        var start = parts[2].IndexOf(WarnStart, StringComparison.Ordinal);
        var end = parts[2].LastIndexOf(WarnEnd, StringComparison.Ordinal);
        if (start >= 0 && end > start) return $"execution error at ({parts[1]}): {parts[2][(start + WarnStart.Length)..end]}";
        var places = new List<string>();
        foreach (var link in Chain(error))
        {
            // one that Helm cannot take apart makes it show the whole as Go wrote it
            if (Place(link.Start(EnoughForAPlace)) is not { } place) return error.Message;
            if (places.Count == 0 || places[^1] != place) places.Add(place);
        }

        return string.Concat(places).Trim();
    }

    private static IEnumerable<GoError> Chain(GoError error)
    {
        for (var link = error; link is not null; link = link.Wrapped) yield return link;
    }

    private static string? Place(string message)
    {
        const string Prefix = "template: ";
        if (!message.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var rest = message[Prefix.Length..];
        if (rest.StartsWith("no template ", StringComparison.Ordinal)) return Show("", "", message);
        var executing = rest.IndexOf(": executing ", StringComparison.Ordinal);
        if (executing >= 0) return Executing(rest[..executing], rest[(executing + ": executing ".Length)..]) ?? Simple(rest);
        return Simple(rest);
    }

    private static string? Executing(string location, string after)
    {
        if (!after.StartsWith('"')) return null;
        var quote = after.IndexOf('"', 1);
        if (quote < 0) return null;
        var name = after[1..quote];
        after = after[(quote + 1)..];
        if (!after.StartsWith(" at <", StringComparison.Ordinal)) return null;
        after = after[" at <".Length..];
        var end = after.IndexOf(">: ", StringComparison.Ordinal);
        return end < 0 ? null : Show(location, $"executing \"{name}\" at <{after[..end]}>:", Cut(after[(end + 3)..]));
    }

    private static string? Simple(string rest)
    {
        var colon = rest.LastIndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? null : Show(rest[..colon], "", Cut(rest[(colon + 2)..]));
    }

    private static string Cut(string message)
    {
        var next = message.IndexOf(" template:", StringComparison.Ordinal);
        return next < 0 ? message : message[..next];
    }

    private static string Show(string location, string executing, string message)
    {
        var to = new StringBuilder();
        if (location.Length > 0) to.Append(location).Append("\n  ");
        if (executing.Length > 0) to.Append(executing).Append("\n    ");
        if (message.Length > 0) to.Append(message).Append('\n');
        return to.ToString();
    }
}
