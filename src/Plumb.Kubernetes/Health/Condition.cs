using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Health;

/// <summary>One entry of <c>status.conditions</c>; parts that are not reported are empty.</summary>
internal readonly record struct Condition(string Type, string Status, string Reason, string Message)
{
    public bool IsTrue => Status == "True";

    public bool IsFalse => Status == "False";

    /// <summary>Reason and message as one line, whichever there is.</summary>
    public string Words => (Reason.Length, Message.Length) switch
    {
        (0, _) => Message,
        (_, 0) => Reason,
        _ => $"{Reason}: {Message}",
    };

    public static Condition Read(Node node) => new(
        node["type"].AsString() ?? "", node["status"].AsString() ?? "", node["reason"].AsString() ?? "", node["message"].AsString() ?? "");
}

/// <summary>Reads the parts of an object that verdicts are made of.</summary>
internal static class StatusReading
{
    /// <summary><c>status.conditions</c> in order; nothing when there are none.</summary>
    public static IEnumerable<Condition> Conditions(this KubeObject live)
    {
        if (live.Root["status"]["conditions"].AsList() is not { } list) yield break;
        foreach (var item in list)
        {
            if (item.AsMap() is not null) yield return Condition.Read(item);
        }
    }

    /// <summary>The first condition of a type; null when it is not reported.</summary>
    public static Condition? FindCondition(this KubeObject live, string type)
    {
        if (live.Root["status"]["conditions"].AsList() is not { } list) return null;
        foreach (var item in list)
        {
            if (item["type"].AsString() == type) return Condition.Read(item);
        }

        return null;
    }

    /// <summary>A counter of the status; 0 when it is not reported, as Go reads it.</summary>
    public static long StatusCount(this KubeObject live, string field) => live.Root["status"][field].AsInt() ?? 0;

    /// <summary><c>metadata.generation</c>; 0 when missing.</summary>
    public static long Generation(this KubeObject live) => live.Root["metadata"]["generation"].AsInt() ?? 0;

    /// <summary>Whether the controller has not yet seen the present spec; a status that says nothing has seen generation 0.</summary>
    public static bool IsUnobserved(this KubeObject live) => live.Generation() > live.StatusCount("observedGeneration");
}
