using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Cache;

/// <summary>What a watch tells the cluster it belongs to.</summary>
internal interface IWatchOwner
{
    /// <summary>Completes when the server was reached after it had been lost.</summary>
    Task ReachedAgain { get; }

    /// <summary>The server has answered this loop.</summary>
    void Reached(object who);

    /// <summary>Nobody answers, or our credentials are no good.</summary>
    void Lost(object who, string why);

    /// <summary>The kind can be read again, or no longer.</summary>
    void Turned(KindWatch watch, WatchState before, WatchState now);

    /// <summary>Whether it wants to see the objects of this kind.</summary>
    bool Reads(ApiResource kind);

    /// <summary>An object of a kind that it wants to see was reported.</summary>
    void Changed(ApiResource kind, MapNode document, bool deleted);
}

/// <summary>What the watches of one cluster share.</summary>
/// <param name="Client">For lists.</param>
/// <param name="Stream">For watches.</param>
/// <param name="Cache">Where it goes.</param>
/// <param name="Lists">Turns for lists.</param>
/// <param name="Options">How.</param>
/// <param name="Time">The clock.</param>
/// <param name="Metrics">The instruments.</param>
internal sealed record WatchTools(
    KubeClient Client, WatchStream Stream, ObjectCache Cache, ListTurns Lists, WatchOptions Options, TimeProvider Time, KubernetesMetrics Metrics);
