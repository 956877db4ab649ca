using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Client;

/// <summary>One request to the API server.</summary>
/// <param name="Verb">Kubernetes' verb (get, list, apply, …), for metrics and logs.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query below the server's address.</param>
internal sealed record KubeRequest(string Verb, HttpMethod Method, string Path)
{
    /// <summary>Body; null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>What the answer may be.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>Whose turn it is in the gate: the application's name; empty for Plumb's own upkeep.</summary>
    public string Flow { get; init; } = "";

    /// <summary>User to act as; null: ourselves.</summary>
    public string? User { get; init; }

    /// <summary>Doing it twice is the same as doing it once, so a lost answer can be retried.</summary>
    public bool Idempotent { get; init; } = true;

    /// <summary>Whether failures are retried at all; loops with a backoff of their own say no.</summary>
    public bool Retry { get; init; } = true;
}

/// <summary>An answer: the document and what the server warned about.</summary>
/// <param name="Body">The document.</param>
/// <param name="Warnings">Texts of the <c>Warning</c> headers.</param>
/// <param name="Status">HTTP status, always a success.</param>
internal sealed record KubeResponse(Node Body, IReadOnlyList<string> Warnings, int Status);
