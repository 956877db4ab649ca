namespace Plumb.Reconcile.States;

/// <summary>What an application waits for; the words are in <see cref="ApplicationState.WaitingFor"/>.</summary>
public enum WaitReason
{
    /// <summary>Nothing: all is well, or something goes on.</summary>
    None,

    /// <summary>Its next turn: it is to be compared.</summary>
    Turn,

    /// <summary>Other applications.</summary>
    Dependency,

    /// <summary>The time of the next attempt.</summary>
    Retry,

    /// <summary>The time at which drift is undone again.</summary>
    Heal,

    /// <summary>A sync window.</summary>
    Window,

    /// <summary>A person's confirmation.</summary>
    Confirmation,

    /// <summary>A person's sync: it is not automated, or automation leaves this to people.</summary>
    Person,

    /// <summary>An error to be mended.</summary>
    Error,

    /// <summary>The health of what was applied.</summary>
    Health,

    /// <summary>Its deletion.</summary>
    Deletion,

    /// <summary>The end of its suspension.</summary>
    Suspension,
}
