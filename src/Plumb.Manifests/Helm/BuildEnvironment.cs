using System.Text;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Helm;

/// <summary>
/// The variables that Argo CD puts into parameters and names of files (its "build environment"): <c>$ARGOCD_APP_NAME</c> and its kin, read as
/// Go's <c>os.Expand</c> reads them. A dollar sign is written <c>$$</c>; a variable that nobody knows is empty.
/// </summary>
/// <param name="request">What is rendered.</param>
internal sealed class BuildEnvironment(RenderRequest request)
{
    private readonly ApplicationSpec _application = request.Application;

    /// <summary>The text with its variables replaced.</summary>
    public string Expand(string text)
    {
        if (!text.Contains('$')) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            var (name, length) = NameAt(text.AsSpan(i + 1));
            // Go keeps a dollar that no name follows, and eats a brace that is not closed.
            if (name.Length > 0) result.Append(Value(name));
            else if (length == 0) result.Append('$');
            i += length;
        }

        return result.ToString();
    }

    private static (string Name, int Length) NameAt(ReadOnlySpan<char> text)
    {
        if (text[0] == '{')
        {
            if (text.Length > 2 && IsSpecial(text[1]) && text[2] == '}') return (text[1..2].ToString(), 3);
            var end = text.IndexOf('}');
            return end == 1 ? ("", 2) : end < 0 ? ("", 1) : (text[1..end].ToString(), end + 1);
        }

        if (IsSpecial(text[0])) return (text[..1].ToString(), 1);
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] == '_')) length++;
        return (text[..length].ToString(), length);
    }

    private static bool IsSpecial(char c) => c is '*' or '#' or '$' or '@' or '!' or '?' or '-' || char.IsAsciiDigit(c);

    private string Value(string name) => name switch
    {
        "$" => "$",
        "ARGOCD_APP_NAME" => _application.Name,
        "ARGOCD_APP_NAMESPACE" => _application.Destination.Namespace,
        "ARGOCD_APP_PROJECT_NAME" => _application.Project,
        "ARGOCD_APP_REVISION" => Revision(int.MaxValue),
        "ARGOCD_APP_REVISION_SHORT" => Revision(7),
        "ARGOCD_APP_REVISION_SHORT_8" => Revision(8),
        "ARGOCD_APP_SOURCE_REPO_URL" => request.Source.RepoUrl,
        "ARGOCD_APP_SOURCE_PATH" => request.Source.Path,
        "ARGOCD_APP_SOURCE_TARGET_REVISION" => request.Source.TargetRevision,
        _ => "",
    };

    private string Revision(int length)
    {
        // What depends on the commit depends on all that is in it.
        request.Tree.Find("");
        var commit = request.Tree.Commit;
        if (request.Source.IsPackedChart && commit.IndexOf('@') is var at and > 0) commit = commit[..at];
        return commit.Length > length ? commit[..length] : commit;
    }
}
