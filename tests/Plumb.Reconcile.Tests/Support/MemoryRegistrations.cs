using Plumb.Reconcile.Registry;

namespace Plumb.Reconcile.Tests.Support;

/// <summary>A memory of registrations that outlives the loop that wrote it.</summary>
internal sealed class MemoryRegistrations : IRegistrationStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Registration> _all = [];

    public Task<IReadOnlyList<Registration>> ListRegistrationsAsync(CancellationToken ct)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<Registration>>([.. _all.Values]);
    }

    public Task SaveRegistrationsAsync(IReadOnlyDictionary<string, Registration?> changes, CancellationToken ct)
    {
        lock (_gate)
        {
            foreach (var (name, registration) in changes)
            {
                if (registration is null) _all.Remove(name);
                else _all[name] = registration;
            }
        }

        return Task.CompletedTask;
    }
}
