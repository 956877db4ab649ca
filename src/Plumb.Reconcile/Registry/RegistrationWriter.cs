using Plumb.Reconcile.Runs;

namespace Plumb.Reconcile.Registry;

/// <summary>
/// Writes registrations behind the loop, many at once: a root that registers ten thousand applications must not wait ten thousand times
/// for the disk. A store that cannot be written is tried again with the next change; nothing waits for it meanwhile.
/// </summary>
internal sealed class RegistrationWriter(IRegistrationStore? store)
{
    private readonly Lock _gate = new();
    private Dictionary<string, Registration?> _waiting = new(StringComparer.Ordinal);
    private Task _writing = Task.CompletedTask;

    /// <summary>Remembers an application, or with null forgets it.</summary>
    public void Set(string application, Registration? registration)
    {
        if (store is null) return;
        lock (_gate)
        {
            _waiting[application] = registration;
            if (_writing.IsCompleted) _writing = Task.Run(WriteAsync);
        }
    }

    /// <summary>Returns when all that was set before is durable, or could not be made so.</summary>
    public Task WrittenAsync(CancellationToken ct)
    {
        lock (_gate) return _writing.IsCompleted ? Task.CompletedTask : _writing.WaitAsync(ct);
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            Dictionary<string, Registration?> changes;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _writing = Task.CompletedTask;
                    return;
                }

                changes = _waiting;
                _waiting = new(StringComparer.Ordinal);
            }

            try
            {
                await store!.SaveRegistrationsAsync(changes, CancellationToken.None).ConfigureAwait(false);
            }
            catch (HistoryException)
            {
                lock (_gate)
                {
                    foreach (var (name, registration) in changes) _waiting.TryAdd(name, registration);
                    _writing = Task.CompletedTask;
                    return;
                }
            }
        }
    }
}
