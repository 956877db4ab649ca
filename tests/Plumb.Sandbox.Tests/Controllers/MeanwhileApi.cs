using System.Runtime.CompilerServices;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Tests.Controllers;

/// <summary>An API in which something happens between a controller's look at an object and what it makes of it.</summary>
internal sealed class MeanwhileApi(ObjectApi inner) : ISandboxApi
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private (string Kind, string Name, Action Happens)? _armed;
    private (string Kind, string Name, TaskCompletionSource Told)? _awaited;

    public TimeProvider Time => inner.Time;

    /// <summary>At the next look at the object: the look sees it as it was, then this happens and the controllers are told of it.</summary>
    /// <returns>Completes when they were.</returns>
    public Task OnceLookedAt(string kind, string name, Action happens)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _armed = (kind, name, happens);
            _awaited = (kind, name, told);
        }

        return told.Task.WaitAsync(Deadline);
    }

    public KubeObject? Get(string group, string kind, string @namespace, string name)
    {
        var seen = inner.Get(group, kind, @namespace, name);
        Task told;
        lock (_gate)
        {
            if (_armed is not var (armedKind, armedName, happens) || armedKind != kind || armedName != name) return seen;
            _armed = null;
            told = _awaited!.Value.Told.Task;
            happens();
        }

        // The controller's own thread stands still here, as a thread does that the machine has no time for.
        told.Wait(Deadline);
        return seen;
    }

    public async IAsyncEnumerable<ObjectEvent> WatchAll([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var change in inner.WatchAll(ct))
        {
            yield return change;
            // Asked for the next one, so this one was heard by all.
            lock (_gate)
            {
                if (_armed is null && _awaited is var (kind, name, told) && kind == change.Object.Kind && name == change.Object.Name)
                {
                    told.TrySetResult();
                    _awaited = null;
                }
            }
        }
    }

    public IReadOnlyList<KubeObject> List(string group, string kind, string? @namespace) => inner.List(group, kind, @namespace);

    public KubeObject Create(KubeObject obj, string manager) => inner.Create(obj, manager);

    public KubeObject Update(KubeObject obj, string manager) => inner.Update(obj, manager);

    public KubeObject UpdateStatus(KubeObject obj, string manager) => inner.UpdateStatus(obj, manager);

    public void Delete(string group, string kind, string @namespace, string name, DeletePropagation propagation, string? uid = null) =>
        inner.Delete(group, kind, @namespace, name, propagation, uid);

    public (string Group, string Kind)? KindOf(string group, string plural) => inner.KindOf(group, plural);
}
