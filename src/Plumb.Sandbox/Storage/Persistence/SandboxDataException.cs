namespace Plumb.Sandbox.Storage.Persistence;

/// <summary>The sandbox's data file cannot be used; the message names it, what is wrong and what to do.</summary>
public sealed class SandboxDataException(string message, Exception? cause = null) : IOException(message, cause);
