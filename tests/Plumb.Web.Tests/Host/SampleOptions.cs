namespace Plumb.Web.Host;

/// <summary>Which sample the page shows.</summary>
public sealed record SampleOptions
{
    /// <summary><c>demo</c>: a dozen applications in every state; <c>large</c>: 2,000 more; <c>empty</c>: none.</summary>
    public string Size { get; init; } = "demo";

    /// <summary>Port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Things change by themselves: drift, rollouts.</summary>
    public bool Moving { get; init; }

    /// <summary>Somebody is signed in.</summary>
    public bool SignIn { get; init; }

    /// <summary>One must sign in, and nobody is.</summary>
    public bool SignedOut { get; init; }

    /// <summary>The viewer may look only.</summary>
    public bool Reader { get; init; }
}
