using Plumb.Reconcile.Loop;

namespace Plumb.Manifests.Applications;

/// <summary>Reads the prune guard of an application or a project: a share such as <c>30%</c>.</summary>
internal static class PruneGuardReader
{
    private const string Field = "pruneGuard";

    /// <summary>The annotation's, which wins, or the field's; null when neither is given.</summary>
    public static int? Read(FieldReader? policy, FieldReader metadata)
    {
        var stated = policy is null ? null : Read(policy);
        if (!metadata.TextMap("annotations").TryGetValue(PruneGuard.Annotation, out var text)) return stated;
        if (PruneGuard.TryParse(text, out var percent)) return percent;
        metadata.Error("annotations", Fault($"{PruneGuard.Annotation} is \"{text}\""));
        return stated;
    }

    /// <summary>The field's; null when it is not given.</summary>
    public static int? Read(FieldReader section)
    {
        if (!section.Has(Field)) return null;
        var text = section.TextOrNumber(Field);
        if (text is not null && PruneGuard.TryParse(text, out var percent)) return percent;
        section.Error(Field, Fault("holds no share"));
        return null;
    }

    private static string Fault(string what) => $"{what}; write a share of the live objects from 0% to 100%, which turns the guard off";
}
