using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Storage;

/// <summary>A label selector as a query holds it: <c>app=web,tier in (a,b),!old,n&gt;5</c>.</summary>
internal sealed class LabelSelector
{
    private readonly IReadOnlyList<LabelRequirement> _requirements;

    private LabelSelector(IReadOnlyList<LabelRequirement> requirements) => _requirements = requirements;

    /// <summary>Selects everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    public bool SelectsEverything => _requirements.Count == 0;

    public bool Matches(MapNode? labels)
    {
        foreach (var r in _requirements)
        {
            if (!r.Matches(labels?[r.Key].AsString())) return false;
        }

        return true;
    }

    /// <exception cref="ApiException">Not a selector (400), in the words of apimachinery's parser.</exception>
    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Everything;
        try
        {
            return new(new LabelSelectorParser(text).Parse());
        }
        catch (FormatException e)
        {
            throw ApiErrors.BadRequest(e.Message);
        }
    }
}
