using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Loop;

/// <summary>A deletion of an application, asked for by a person, a program, or its removal from Git.</summary>
public sealed record DeleteRequest
{
    /// <summary>Delete its resources too. Default: true.</summary>
    public bool Cascade { get; init; } = true;

    /// <summary>What becomes of the objects that its resources own. Default: foreground, as in Argo CD.</summary>
    public DeletePropagation Propagation { get; init; } = DeletePropagation.Foreground;

    /// <summary>
    /// Run the PreDelete and PostDelete hooks of a deletion that cascades, or that the application's finalizers ask to run them.
    /// Default: true; false is the way out when they cannot be run any more.
    /// </summary>
    public bool RunHooks { get; init; } = true;

    /// <summary>What the removal of an application from Git means, by its finalizers.</summary>
    internal static DeleteRequest Of(ApplicationSpec spec) => new()
    {
        Cascade = ApplicationFinalizers.Cascades(spec),
        Propagation = ApplicationFinalizers.Propagation(spec),
    };
}
