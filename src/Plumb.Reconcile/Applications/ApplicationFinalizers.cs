using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Applications;

/// <summary>What an application's <c>metadata.finalizers</c> ask of its deletion; the names are Argo CD's. Pure.</summary>
public static class ApplicationFinalizers
{
    /// <summary>Deletes the resources, their dependents first.</summary>
    public const string Resources = "resources-finalizer.argocd.argoproj.io";

    /// <summary>Runs the PreDelete hooks.</summary>
    public const string PreDelete = "pre-delete-finalizer.argocd.argoproj.io";

    /// <summary>Runs the PostDelete hooks.</summary>
    public const string PostDelete = "post-delete-finalizer.argocd.argoproj.io";

    private const string Cleanup = "/cleanup";
    private const string Foreground = "/foreground";
    private const string Background = "/background";

    /// <summary>Whether the name means something here; other names are somebody else's and nobody here waits for them.</summary>
    public static bool IsKnown(string finalizer) =>
        IsResources(finalizer) || finalizer is PreDelete or PostDelete or (PreDelete + Cleanup) or (PostDelete + Cleanup);

    /// <summary>Whether its resources go with it.</summary>
    public static bool Cascades(ApplicationSpec spec) => spec.Finalizers.Any(IsResources);

    /// <summary>How its resources go.</summary>
    public static DeletePropagation Propagation(ApplicationSpec spec) =>
        spec.Finalizers.Any(f => IsResources(f) && f.EndsWith(Background, StringComparison.Ordinal))
            ? DeletePropagation.Background
            : DeletePropagation.Foreground;

    /// <summary>Whether it asks for the hooks of a phase, with its resources or without.</summary>
    public static bool AskFor(ApplicationSpec spec, SyncPhases phase)
    {
        var name = phase == SyncPhases.PreDelete ? PreDelete : PostDelete;
        return spec.Finalizers.Any(f => f == name || f == name + Cleanup);
    }

    private static bool IsResources(string finalizer) =>
        finalizer is Resources or (Resources + Foreground) or (Resources + Background)
        || finalizer.StartsWith("resources-finalizer.", StringComparison.Ordinal);
}
