namespace Plumb.Manifests.Tests.Kustomize;

/// <summary>
/// Says whether two refusals have the same reason. What led there, places and Go's own spelling of values differ on purpose, so the words
/// that name the reason are compared.
/// </summary>
internal static class RefusalReasons
{
    /// <summary>The words that tell reasons apart in what Kustomize says, and those in ours where they are others.</summary>
    private static readonly (string Theirs, string Ours)[] Reasons =
    [
        Same("unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory"),
        Same("is not in or below"),
        Same("may not add resource with an already registered id"),
        Same("json: unknown field \"spec\""),
        Same("number of previous names, number of previous namespaces, number of previous kinds not equal"),
        Same("no matches for Id"),
        Same("multiple matches for Id"),
        ("no such file or directory", "doesn't exist"),
        Same("MalformedYAMLError"),
        Same("Invalid Input: namespace is blank for resource"),
        Same("found multiple possible referrals"),
        Same("exists; behavior must be merge or replace"),
        Same("the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"),
        Same("the field 'sortOptions.order' must be one of [fifo, legacy]"),
        Same("unable to load builtin SortOrderTransformer.builtin.[noGrp]"),
        Same("namespace transformation produces ID conflict"),
        Same("namespace field specs must target scalar nodes"),
        Same("json: cannot unmarshal string into Go value of type jsonpatch.Patch"),
        Same("empty file path and empty jsonOp"),
        Same("must specify a file path or jsonOp, not both"),
        Same("Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field"),
        Same("unable to parse SM or JSON patch from"),
        Same("must specify one of patch and path"),
        Same("patch and path can't be set at the same time"),
        Same("must specify a target for JSON patch"),
        Same("already encountered"),
        Same("unable to disambiguate"),
    ];

    private static (string Theirs, string Ours) Same(string words) => (words, words);

    /// <summary>Both in words when the reasons differ; null when they are the same.</summary>
    public static string? Differ(string theirs, string ours)
    {
        foreach (var reason in Reasons)
        {
            if (!theirs.Contains(reason.Theirs, StringComparison.Ordinal)) continue;
            return ours.Contains(reason.Ours, StringComparison.Ordinal) ? null : Shown(theirs, ours);
        }

        return Shown(theirs, ours);
    }

    private static string Shown(string theirs, string ours) => $"  kubectl: {theirs.Trim()}\n  ours:    {ours}";
}
