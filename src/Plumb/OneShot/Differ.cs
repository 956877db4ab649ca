using Plumb.Api;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;
using Plumb.Server.Composition;
using Plumb.Server.Http;

namespace Plumb.Commands.OneShot;

/// <summary>
/// Plans applications without the loop, which would carry the plans out: fetch, render, compare. Applications that an application's
/// output holds are planned too, after it.
/// </summary>
internal sealed class Differ(Engine engine)
{
    public async Task<IReadOnlyList<PlanRecord>> PlanAsync(IReadOnlyList<ApplicationSpec> roots, CancellationToken ct)
    {
        var plans = new List<PlanRecord>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<ApplicationSpec>(roots);
        while (waiting.TryDequeue(out var spec))
        {
            if (!seen.Add(spec.Name)) continue;
            var target = engine.Targets.Find(spec.Destination)
                ?? throw new UsageException(
                    $"{spec.Name}: no cluster matches the destination {spec.Destination.Name}{spec.Destination.Server}; known clusters: "
                    + string.Join(", ", engine.Targets.All.Select(t => t.Name)));
            var capabilities = await target.GetCapabilitiesAsync(ct);
            var rendered = await RenderAsync(spec, capabilities, ct);
            var plan = await target.PlanAsync(new PlanRequest(spec, rendered.Revisions, rendered.Resources), ct);
            plans.Add((plan with { Diagnostics = [.. rendered.Diagnostics, .. plan.Diagnostics] }).ToRecord());
            foreach (var child in rendered.Applications) waiting.Enqueue(child);
        }

        return plans;
    }

    private async Task<Rendered> RenderAsync(ApplicationSpec spec, TargetCapabilities capabilities, CancellationToken ct)
    {
        var revisions = new List<string>();
        var results = new List<RenderResult>();
        foreach (var source in spec.Sources)
        {
            var resolved = await engine.Source.ResolveAsync(source.RepoUrl, source.TargetRevision, Freshness.Mirror, ct);
            var tree = await engine.Source.OpenAsync(source.RepoUrl, resolved.Commit, ct);
            revisions.Add(resolved.Commit);
            results.Add(engine.Renderer.Render(new RenderRequest(tree, spec, source, capabilities), ct));
        }

        var diagnostics = results.SelectMany(r => r.Diagnostics).ToList();
        var errors = diagnostics.Where(d => d.Severity == Severity.Error).ToList();
        if (errors.Count > 0) throw new UsageException($"{spec.Name} does not render:\n{string.Join("\n", errors)}");

        // Of several sources that state the same resource the last one counts, as in a sync.
        var resources = results.SelectMany(r => r.Resources).GroupBy(r => r.Id).Select(g => g.Last()).ToList();
        return new Rendered(revisions, resources, [.. results.SelectMany(r => r.Applications)], diagnostics);
    }

    private sealed record Rendered(
        IReadOnlyList<string> Revisions, IReadOnlyList<DesiredResource> Resources, IReadOnlyList<ApplicationSpec> Applications,
        IReadOnlyList<Diagnostic> Diagnostics);
}
