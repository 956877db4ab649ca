using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>Where a part occurs in a whole.</summary>
internal static class Indices
{
    public static Node Of(Node whole, Node part)
    {
        if (whole.IsNullOrAbsent) return Node.Null;
        if (whole.AsString() is { } text && part.AsString() is { } wanted) return OfText(text, wanted);
        if (whole.AsList() is { } list) return part.AsList() is { } items ? OfList(list, items) : OfList(list, new ListNode([part]));
        throw new JqRuntimeException($"Cannot determine indices of {Values.TypeOf(part)} in {Values.TypeOf(whole)}");
    }

    /// <summary>Every place where the items of <paramref name="part"/> follow each other; null for an empty part.</summary>
    public static Node OfList(ListNode list, ListNode part)
    {
        if (part.Count == 0) return Node.Null;
        var found = new ListNode();
        for (var i = 0; i + part.Count <= list.Count; i++)
        {
            var j = 0;
            while (j < part.Count && list[i + j].Equals(part[j])) j++;
            if (j == part.Count) found.Add(i);
        }

        return found;
    }

    /// <summary>Every place, counted in characters, overlapping ones too; null for an empty part.</summary>
    private static Node OfText(string text, string part)
    {
        if (part.Length == 0) return Node.Null;
        var found = new ListNode();
        var (counted, characters) = (0, 0);
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + 1, StringComparison.Ordinal))
        {
            characters += Values.RuneCount(text[counted..at]);
            counted = at;
            found.Add(characters);
        }

        return found;
    }
}
