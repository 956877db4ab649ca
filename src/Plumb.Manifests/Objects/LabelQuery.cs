using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Selectors;

namespace Plumb.Manifests.Objects;

/// <summary>A label selector in the syntax of Kubernetes: <c>team=web,tier!=db,env in (a,b),!old</c>.</summary>
public sealed class LabelQuery
{
    private readonly LabelSelector _selector;

    private LabelQuery(LabelSelector selector) => _selector = selector;

    /// <summary>Reads a selector; an empty one matches all.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static LabelQuery Parse(string text)
    {
        try
        {
            return new LabelQuery(LabelSelector.Parse(text));
        }
        catch (KustomizeException e)
        {
            throw new FormatException($"\"{text}\" is no label selector: {e.Message}", e);
        }
    }

    /// <summary>Whether these labels match.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => _selector.Matches(labels.GetValueOrDefault);
}
