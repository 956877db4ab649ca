using Plumb.Manifests.Documents;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Controllers;

/// <summary>Lists of conditions.</summary>
internal static class Conditions
{
    public static MapNode? Find(Node status, string type) => status["conditions"].Maps().FirstOrDefault(c => c["type"].AsString() == type);

    public static bool IsTrue(Node status, string type) => Find(status, type)?["status"].AsString() == "True";

    /// <summary>
    /// Sets a condition in place; the transition time moves only when the status changes, and nothing at all changes when all is the same.
    /// </summary>
    /// <param name="status">The object's status, changeable.</param>
    /// <param name="type">Condition type.</param>
    /// <param name="value">Whether it holds.</param>
    /// <param name="reason">Reason; may be empty.</param>
    /// <param name="message">Message; may be empty.</param>
    /// <param name="now">Kubernetes timestamp.</param>
    /// <param name="updateTime">Which further field tells the last update; null for none.</param>
    public static void Set(MapNode status, string type, bool value, string reason, string message, string now, string? updateTime = null)
    {
        var text = value ? "True" : "False";
        var found = Find(status, type);
        if (found is not null && found["status"].AsString() == text && found["reason"].Text() == reason && found["message"].Text() == message) return;
        if (found is null)
        {
            found = new MapNode { { "type", type } };
            var list = status["conditions"].AsList() ?? new ListNode();
            list.Add(found);
            status["conditions"] = list;
        }

        if (found["status"].AsString() != text) found["lastTransitionTime"] = now;
        found["status"] = text;
        if (reason.Length > 0) found["reason"] = reason;
        else found.Remove("reason");
        if (message.Length > 0) found["message"] = message;
        else found.Remove("message");
        if (updateTime is not null) found[updateTime] = now;
    }

    public static void Remove(MapNode status, string type)
    {
        if (status["conditions"].AsList() is not { } list) return;
        for (var i = list.Count - 1; i >= 0; i--)
        {
            if (list[i]["type"].AsString() == type) list.RemoveAt(i);
        }
    }
}
