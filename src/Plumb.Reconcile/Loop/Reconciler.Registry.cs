using Microsoft.Extensions.Logging;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Loop;

/// <content>What is registered: applications, and the definitions beside them.</content>
public sealed partial class Reconciler
{
    /// <param name="spec">The application.</param>
    /// <param name="parent">Who registers it; empty for roots.</param>
    /// <param name="deleting">It is only there to be deleted so; null: to stay.</param>
    private void Register(ApplicationSpec spec, string parent, DeleteRequest? deleting = null)
    {
        foreach (var name in spec.DependsOn) _hasDependents[name] = true;
        lock (_registerGate)
        {
            if (_stop.IsCancellationRequested) return;
            if (_loops.TryGetValue(spec.Name, out var known))
            {
                known.Loop.Define(spec, parent);
            }
            else
            {
                var loop = new ApplicationLoop(spec, parent, _context, this, _loggers.CreateLogger<ApplicationLoop>());
                if (deleting is not null) _ = loop.RequestDelete(deleting);
                _loops[spec.Name] = new Running(loop, Task.Run(() => loop.RunAsync(_stop.Token)));
            }

            _everChildren.GetOrAdd(parent, static _ => new(StringComparer.Ordinal))[spec.Name] = true;
        }

        _remembered.TryRemove(spec.Name, out _);
        if (parent.Length > 0) _context.Registrations.Set(spec.Name, RegistrationOf(spec, parent) with { Deleting = deleting });

        // A new member may close or open a circle of dependencies, or be what others wait for.
        if (_hasDependents.IsEmpty) return;
        foreach (var running in _loops.Values)
        {
            if (running.Loop.Spec.Name != spec.Name && running.Loop.Spec.DependsOn.Count > 0) running.Loop.Raise(Signal.Dependency);
        }
    }

    private Registration RegistrationOf(ApplicationSpec spec, string parent) =>
        new(spec, parent, _loops.TryGetValue(parent, out var above) && above.Loop.Parent.Length == 0 ? SourceOf(above.Loop.Spec) : "")
        {
            Suspension = _context.Suspensions.Find(spec.Name),
        };

    private void Define(RegisteredResource resource, string parent)
    {
        // Under the gate, so that the last word the targets hear is about the last state.
        lock (_registerGate)
        {
            _definitions.Set(resource, parent);
            UseDefinitions(resource);
        }
    }

    private void Undefine(ResourceId id)
    {
        lock (_registerGate)
        {
            if (_definitions.Remove(id) is { } gone) UseDefinitions(gone.Resource);
        }
    }

    private void UseDefinitions(RegisteredResource changed)
    {
        if (changed.Project is { } project) WakeProject(project.Name);
        if (changed.Cluster is not null) _context.Targets.Define(_definitions.Clusters);
        if (changed.HealthRules is not null) _context.Targets.UseHealthRules(_definitions.HealthRules);
    }

    private bool IsRoot(string application) => _loops.TryGetValue(application, out var running) && running.Loop.Parent.Length == 0;

    string? IRegistry.RepositoryFault(string repoUrl) => _repositoryFaults.TryGetValue(repoUrl, out var found) ? found : null;

    ProjectSpec? IRegistry.FindProject(string name) =>
        _definitions.Find(RegisteredResource.ProjectId(name))?.Resource.Project
        ?? (name == ProjectSpec.AllowAll.Name ? ProjectSpec.AllowAll : null);

    string? IRegistry.FindCycle(string application) =>
        Dependencies.FindCycle(application, name => _loops.TryGetValue(name, out var found) ? found.Loop.Spec.DependsOn : []);

    IReadOnlyList<RegistryChange> IRegistry.PlanRegistry(string parent, IReadOnlyList<RegisteredResource> desired)
    {
        // What was registered when an earlier process stopped is registered, whatever Git says meanwhile: that is the plan's matter.
        ((IRegistry)this).RestoreChildren(parent);
        var changes = new List<RegistryChange>();
        var isRoot = IsRoot(parent);
        foreach (var resource in desired)
        {
            if (!isRoot && Placement.IsPassedOver(resource)) continue;
            var (live, owner) = Registered(resource.Id);
            var claimed = live is not null && owner != parent;
            var misplaced = isRoot ? null : Placement.Refusal(resource, parent);
            changes.Add(new RegistryChange
            {
                Id = resource.Id,
                Desired = resource,
                Live = live,
                Wave = resource.Wave,
                Rank = resource.Rank,
                Action = live is null ? ChangeAction.Create : live.Digest == resource.Digest && !claimed ? ChangeAction.None : ChangeAction.Update,
                Health = HealthState.Healthy,
                ClaimedBy = claimed ? owner : null,
                Error = misplaced ?? (claimed
                    ? $"{resource.Id} is already registered by {(owner.Length == 0 ? "the command line" : $"the application {owner}")}: "
                        + "rename it, or remove it from one of the two"
                    : null),
            });
        }

        var stated = desired.Select(d => d.Id).ToHashSet();
        foreach (var gone in Children(parent).Where(c => !stated.Contains(c.Id)))
        {
            changes.Add(new RegistryChange
            {
                Id = gone.Id,
                Live = gone,
                Wave = gone.Wave,
                Rank = gone.Rank,
                Action = ChangeAction.Delete,
                Health = HealthState.Healthy,
            });
        }

        return changes;
    }

    IReadOnlyList<Diagnostic> IRegistry.WarningsOf(string parent, IReadOnlyList<RegisteredResource> desired) =>
        IsRoot(parent) ? [] : [.. desired.Select(r => Placement.Warning(r, parent)).OfType<Diagnostic>()];

    IReadOnlyList<string> IRegistry.ChildrenOf(string parent)
    {
        ((IRegistry)this).RestoreChildren(parent);
        return [.. ChildLoops(parent).Select(l => l.Spec.Name).Order(StringComparer.Ordinal)];
    }

    ResourceResult IRegistry.ApplyRegistry(string parent, ApplyItem item)
    {
        if (item.Action == ChangeAction.Delete)
        {
            Unregister(item.Id);
            return new ResourceResult(item.Id, ResultStatus.Pruned, "", item.Action);
        }

        var resource = (RegisteredResource)item.Desired!;
        if (resource.Application is { } application) Register(application, parent);
        else Define(resource, parent);
        return new ResourceResult(item.Id, ResultStatus.Synced, "", item.Action);
    }

    private void Unregister(ResourceId id)
    {
        if (id.Kind != RegisteredResource.ApplicationKind)
        {
            Undefine(id);
        }
        else if (_loops.TryGetValue(id.Name, out var running))
        {
            // As in Argo CD: without the finalizer the application goes and its resources stay.
            _ = RequestDelete(running.Loop, DeleteRequest.Of(running.Loop.Spec));
        }
    }

    private Task RequestDelete(ApplicationLoop loop, DeleteRequest request)
    {
        if (loop.Parent.Length > 0)
            _context.Registrations.Set(loop.Spec.Name, RegistrationOf(loop.Spec, loop.Parent) with { Deleting = request });
        return loop.RequestDelete(request);
    }

    private (RegisteredResource? Resource, string Parent) Registered(ResourceId id)
    {
        if (id.Kind != RegisteredResource.ApplicationKind) return _definitions.Find(id) is { } found ? (found.Resource, found.Parent) : (null, "");
        if (!_loops.TryGetValue(id.Name, out var running) || running.Loop.State.Deleting) return (null, "");
        return (RegisteredResource.Of(running.Loop.Spec), running.Loop.Parent);
    }

    void IRegistry.RestoreChildren(string parent)
    {
        if (_remembered.IsEmpty) return;
        foreach (var child in _remembered.Values.Where(r => r.Parent == parent).ToList()) Register(child.Spec, parent);
    }

    private IEnumerable<RegisteredResource> Children(string parent) =>
        ChildLoops(parent).Where(l => !l.State.Deleting).Select(l => RegisteredResource.Of(l.Spec)).Concat(_definitions.ChildrenOf(parent));

    /// <summary>By an index, as every plan of every application asks for them: looking at all would cost the square of their number.</summary>
    private IEnumerable<ApplicationLoop> ChildLoops(string parent)
    {
        if (!_everChildren.TryGetValue(parent, out var names)) yield break;
        foreach (var (name, _) in names)
        {
            if (_loops.TryGetValue(name, out var running) && running.Loop.Parent == parent) yield return running.Loop;
        }
    }

    HealthState IRegistry.ObserveRegistered(ResourceId id)
    {
        if (id.Kind != RegisteredResource.ApplicationKind) return HealthState.Healthy;
        if (Find(id.Name) is not { } state) return HealthState.Missing;
        if (_context.Targets.Judge(state) is { } ruled) return ruled;
        if (state.Health.Status == HealthStatus.Degraded) return new HealthState(HealthStatus.Degraded, state.Health.Message);
        if (state.Spec.SyncPolicy.Automated is null || state.IsReady) return HealthState.Healthy;
        var words = state.WaitingFor.Length > 0 ? state.WaitingFor : $"{state.Sync}, {state.Health.Status}";
        return new HealthState(HealthStatus.Progressing, words);
    }

    HealthState? IRegistry.JudgeRegistered(ResourceId id) =>
        id.Kind == RegisteredResource.ApplicationKind && Find(id.Name) is { } state ? _context.Targets.Judge(state) : null;

    void IRegistry.Forget(string application)
    {
        lock (_registerGate)
        {
            if (!_loops.TryRemove(application, out var gone)) return;
            if (_everChildren.TryGetValue(gone.Loop.Parent, out var siblings)) siblings.TryRemove(application, out _);
            if (_everChildren.TryGetValue(application, out var own) && own.IsEmpty) _everChildren.TryRemove(application, out _);
            _context.Suspensions.Set(application, null);
            if (gone.Loop.Parent.Length > 0) _context.Registrations.Set(application, null);
            Wake([gone.Loop.Parent]);
        }
    }
}
