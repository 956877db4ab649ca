namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>One <see cref="OwnControlPlane"/> for all tests of a class, which run one after the other: to start one takes long.</summary>
public sealed class SharedControlPlane : IAsyncLifetime
{
    /// <summary>Null when no test of this run plays on a real control plane.</summary>
    internal OwnControlPlane? Plane { get; private set; }

    public async ValueTask InitializeAsync() => Plane = await OwnControlPlane.StartAsync(nameof(ControlPlaneFaultsTests));

    public async ValueTask DisposeAsync()
    {
        if (Plane is not null) await Plane.DisposeAsync();
    }
}
