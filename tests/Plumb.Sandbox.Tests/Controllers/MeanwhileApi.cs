using System.Runtime.CompilerServices;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Tests.Controllers;

/// <summary>An API in which something happens between a controller's look at an object and what it makes of it.</summary>
internal sealed class MeanwhileApi(ObjectApi inner) : ISandboxApi
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private volatile Moment? _next;

    public TimeProvider Time => inner.Time;

    /// <summary>At the next look at the object: the look sees it as it was, then this happens and the controllers are told of it.</summary>
    /// <returns>Completes when they were.</returns>
    public Task OnceLookedAt(string kind, string name, Action happens)
    {
        var moment = _next = new Moment(kind, name, happens);
        return moment.Told.Task.WaitAsync(Deadline);
    }

    public KubeObject? Get(string group, string kind, string @namespace, string name)
    {
        var seen = inner.Get(group, kind, @namespace, name);
        // The controller's own thread stands still here, as a thread does that the machine has no time for.
        if (_next is { } moment && moment.IsOf(kind, name) && moment.Begin()) moment.Told.Task.Wait(Deadline);
        return seen;
    }

    public async IAsyncEnumerable<ObjectEvent> WatchAll([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var change in inner.WatchAll(ct))
        {
            yield return change;
            // Asked for the next one, so this one was heard by all.
            if (_next is { } moment && moment.IsOf(change.Object.Kind, change.Object.Name)) moment.Told.TrySetResult();
        }
    }

    public IReadOnlyList<KubeObject> List(string group, string kind, string? @namespace) => inner.List(group, kind, @namespace);

    public KubeObject Create(KubeObject obj, string manager) => inner.Create(obj, manager);

    public KubeObject Update(KubeObject obj, string manager) => inner.Update(obj, manager);

    public KubeObject UpdateStatus(KubeObject obj, string manager) => inner.UpdateStatus(obj, manager);

    public void Delete(string group, string kind, string @namespace, string name, DeletePropagation propagation, string? uid = null) =>
        inner.Delete(group, kind, @namespace, name, propagation, uid);

    public (string Group, string Kind)? KindOf(string group, string plural) => inner.KindOf(group, plural);

    private sealed class Moment(string kind, string name, Action happens)
    {
        private int _begun;

        public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsOf(string otherKind, string otherName) => otherKind == kind && otherName == name;

        /// <summary>Lets it happen, once; gives whether it was this time.</summary>
        public bool Begin()
        {
            if (Interlocked.Exchange(ref _begun, 1) == 1) return false;
            happens();
            return true;
        }
    }
}
