namespace Plumb.Server.Access;

/// <summary>Whether who signed in a while ago still may.</summary>
public sealed class Callers
{
    /// <summary>
    /// The caller with its present groups; null when the session or token ended, or its account is disabled or gone. Costs a look-up in
    /// memory: ask on each call.
    /// </summary>
    public Caller? Current(Caller caller) => throw new NotImplementedException();

    /// <summary>Whether <see cref="Current"/> gives one.</summary>
    public bool IsLive(Caller caller) => Current(caller) is not null;
}
