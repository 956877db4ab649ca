namespace Plumb.Reconcile.Runs;

/// <summary>The history cannot be read or written now. The message says what, why, and the remedy; nothing but history depends on it.</summary>
public sealed class HistoryException(string message, Exception? inner = null) : Exception(message, inner);
