namespace Plumb.Kubernetes.Client;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="Whole">Whole objects, or their metadata only.</param>
/// <param name="Token">The server's token for the next page; empty: from the start.</param>
/// <param name="InOne">All objects in one answer, for lists that expire before they are read page by page.</param>
internal readonly record struct ListPage(bool Whole, string Token = "", bool InOne = false);
