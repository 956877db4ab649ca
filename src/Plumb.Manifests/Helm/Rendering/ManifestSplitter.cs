namespace Plumb.Manifests.Helm.Rendering;

/// <summary>Splits what a file printed into documents, as Helm's pattern <c>(?:^|\s*\n)---\s*</c> does (<c>SplitManifests</c>).</summary>
internal static class ManifestSplitter
{
    public static List<string> Split(string text)
    {
        var documents = new List<string>();
        text = text.Trim();
        var start = 0; // of the current document, behind the separator
        var at = 0;
        if (text.StartsWith("---", StringComparison.Ordinal)) start = at = SkipSpace(text, 3);
        while (true)
        {
            var found = text.IndexOf("\n---", at, StringComparison.Ordinal);
            if (found < 0) break;
            var end = found;
            while (end > start && IsSpace(text[end - 1])) end--;
            Add(documents, text.AsSpan(start, end - start));
            start = at = SkipSpace(text, found + 4);
        }

        Add(documents, text.AsSpan(start));
        return documents;
    }

    private static void Add(List<string> documents, ReadOnlySpan<char> document)
    {
        if (document.Length > 0) documents.Add(document.Trim().ToString());
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && IsSpace(text[at])) at++;
        return at;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';
}
