using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Plumb.Sandbox.Controllers;

/// <summary>How fast the sandbox's make-believe machinery is.</summary>
public sealed class SandboxControllerOptions
{
    /// <summary>From a Pod's scheduling to its containers running. Default: 100 ms. Zero or more.</summary>
    public TimeSpan PodStartDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a container that ends (of a Job, a hook) runs, beyond what its command sleeps. Default: 50 ms. Zero or more.
    /// </summary>
    public TimeSpan ContainerRunTime { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// First delay before a crashed container is restarted, a failed Job's Pod is replaced or an image pull is tried again; doubles up to
    /// five minutes. Default: 10 s, as in the kubelet. Must be positive.
    /// </summary>
    public TimeSpan BackOff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Events kept; the oldest go first. Default: 5,000. Must be positive.</summary>
    public int MaxEvents { get; set; } = 5000;

    /// <summary>Receives what controllers could not do. Default: nobody.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;
}
