namespace Plumb.Manifests.Helm.Rendering;

/// <summary>Splits what a file printed into documents, as Helm's pattern <c>(?:^|\s*\n)---\s*</c> does (<c>SplitManifests</c>).</summary>
internal static class ManifestSplitter
{
    public static List<string> Split(string text)
    {
        var documents = new List<string>();
        var rest = text.AsSpan().Trim();
        if (rest.StartsWith("---")) rest = rest[SkipSpace(rest, 3)..];
        while (true)
        {
            var found = rest.IndexOf("\n---");
            if (found < 0) break;
            var end = found;
            while (end > 0 && IsSpace(rest[end - 1])) end--;
            Add(documents, rest[..end], text);
            rest = rest[SkipSpace(rest, found + 4)..];
        }

        Add(documents, rest, text);
        return documents;
    }

    private static void Add(List<string> documents, ReadOnlySpan<char> document, string whole)
    {
        if (document.Length == 0) return;
        document = document.Trim();
        documents.Add(document.Length == whole.Length ? whole : document.ToString());
    }

    private static int SkipSpace(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && IsSpace(text[at])) at++;
        return at;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';
}
