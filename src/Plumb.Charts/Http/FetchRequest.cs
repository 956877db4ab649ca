using System.Net.Http.Headers;

namespace Plumb.Charts.Http;

/// <summary>What to ask for.</summary>
/// <param name="Address">Where.</param>
/// <param name="What">In words, for messages: <c>the index of https://…</c>.</param>
/// <param name="MaxBytes">The most that is taken.</param>
internal sealed record FetchRequest(Uri Address, string What, int MaxBytes)
{
    /// <summary>Sent to the host of <see cref="Address"/> only, unless <see cref="PassToAllHosts"/>.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    public bool PassToAllHosts { get; init; }

    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The answer is 304 when it would be the one with this tag.</summary>
    public string? KnownTag { get; init; }
}
