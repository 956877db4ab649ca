using System.Collections.Concurrent;
using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Compare;
using Plumb.Kubernetes.Discovery;
using Plumb.Kubernetes.Health;
using Plumb.Kubernetes.Inventory;
using Plumb.Kubernetes.Schemas;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Manifests.Sync;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Planning;

/// <summary>Compares what an application states with what is live. Sends requests only for what is suspected or not known yet.</summary>
internal sealed class Planner(
    LiveCluster cluster, SchemaSource schemas, VerdictMemory memory, LiveReader reader, HealthRules health, KubernetesMetrics metrics)
{
    private const int Parallelism = 16;

    private static readonly GroupKind Secrets = new("", "Secret");

    /// <summary>The plan.</summary>
    /// <exception cref="TargetException">The cluster cannot be reached.</exception>
    public async Task<Plan> PlanAsync(PlanRequest request, CancellationToken ct)
    {
        var application = request.Application;
        var diagnostics = new ConcurrentBag<Diagnostic>();
        var desired = Unique(request.Desired, diagnostics);
        var subjects = await LocateAsync(desired, application, ct);

        var wanted = subjects.Select(s => s.Id).ToHashSet();
        cluster.Cache.SetInterest(application.Name, wanted);
        memory.Keep(application.Name, wanted);

        // A hook of type Skip alone is neither compared nor applied, as in Argo CD; stated all the same, it is not pruned.
        var ordinary = subjects.Where(s => s.Manifest is { IsHook: false, Phases: not SyncPhases.None }).ToList();
        var changes = new KubernetesChange[ordinary.Count];
        await Parallel.ForAsync(0, ordinary.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = ct }, async (i, token) =>
        {
            changes[i] = await CompareAsync(ordinary[i], request, diagnostics, token);
        });

        return new Plan
        {
            Application = application.Name,
            Revisions = request.Revisions,
            Changes =
            [
                .. changes.OrderBy(c => c.Wave).ThenBy(c => c.Rank).ThenBy(c => c.Id),
                .. Deletes(request, wanted, diagnostics).OrderByDescending(c => c.Wave).ThenByDescending(c => c.Rank).ThenByDescending(c => c.Id),
            ],
            Hooks = [.. desired.Where(d => d.IsHook && d.Phases != SyncPhases.None).OrderBy(d => d.Wave).ThenBy(d => d.Rank).ThenBy(d => d.Id)],
            Diagnostics = [.. diagnostics.OrderBy(d => d.Origin.File, StringComparer.Ordinal).ThenBy(d => d.Origin.Line).ThenBy(d => d.Message, StringComparer.Ordinal)],
        };
    }

    /// <summary>One desired object with what the cluster knows about its kind.</summary>
    /// <param name="Manifest">As Git states it.</param>
    /// <param name="Id">Where it lives.</param>
    /// <param name="Kind">Its kind; null when the cluster does not know it.</param>
    /// <param name="DefinedHere">A definition in the same set makes the kind known.</param>
    private sealed record Subject(ManifestResource Manifest, ResourceId Id, ApiResource? Kind, bool DefinedHere);

    /// <summary>The last of several objects with one identity counts, as with a directory of files applied one after the other.</summary>
    private static List<ManifestResource> Unique(IReadOnlyList<DesiredResource> desired, ConcurrentBag<Diagnostic> diagnostics)
    {
        var places = new Dictionary<(ResourceId, bool), int>(desired.Count);
        var unique = new List<ManifestResource>(desired.Count);
        foreach (var resource in desired)
        {
            if (resource is not ManifestResource manifest)
                throw new ArgumentException($"{resource.Id} is no Kubernetes manifest but a {resource.GetType().Name}", nameof(desired));
            if (manifest.Id.Name.Length == 0)
            {
                unique.Add(manifest); // named by the server: never the same twice
            }
            else if (places.TryGetValue((manifest.Id, manifest.IsHook), out var place))
            {
                diagnostics.Add(Diagnostic.Warning(
                    manifest.Origin, $"{manifest.Id} is stated twice, also in {unique[place].Origin}; the last one counts. Remove one of them"));
                unique[place] = manifest;
            }
            else
            {
                places[(manifest.Id, manifest.IsHook)] = unique.Count;
                unique.Add(manifest);
            }
        }

        return unique;
    }

    private async Task<List<Subject>> LocateAsync(List<ManifestResource> desired, ApplicationSpec application, CancellationToken ct)
    {
        var defined = new Dictionary<GroupVersionKind, DefinedKind>();
        foreach (var manifest in desired.Where(m => DefinedKinds.IsDefinition(m.Object.GroupVersionKind)))
        {
            foreach (var kind in DefinedKinds.Of(manifest.Object)) defined[kind.Type] = kind;
        }

        var kinds = new Dictionary<GroupVersionKind, ApiResource?>();
        var subjects = new List<Subject>(desired.Count);
        foreach (var manifest in desired)
        {
            var type = manifest.Object.GroupVersionKind;
            var definition = defined.GetValueOrDefault(type);
            if (!kinds.TryGetValue(type, out var kind))
            {
                kind = definition is null ? await cluster.FindAsync(type, ct) : cluster.Catalog.Find(type);
                kinds[type] = kind;
            }

            var namespaced = kind?.Namespaced ?? definition?.Namespaced ?? manifest.Id.Namespace.Length > 0;
            subjects.Add(new Subject(manifest, DesiredForm.Locate(manifest.Id, namespaced, application), kind, definition is not null));
        }

        return subjects;
    }

    private async Task<KubernetesChange> CompareAsync(
        Subject subject, PlanRequest request, ConcurrentBag<Diagnostic> diagnostics, CancellationToken ct)
    {
        var manifest = subject.Manifest;
        var change = new KubernetesChange
        {
            Id = subject.Id,
            Action = ChangeAction.Create,
            Desired = manifest,
            Wave = manifest.Wave,
            Rank = manifest.Rank,
            Options = manifest.Options,
            Kind = subject.Kind,
            Wanted = manifest.Object,
        };
        if (subject.Kind is not { } kind)
        {
            var type = manifest.Object.GroupVersionKind;
            if (cluster.WhyUnreadable(new GroupKind(type.Group, type.Kind), subject.Id.Namespace) is { } why)
                return change with { Action = ChangeAction.Update, Health = new(HealthStatus.Unknown, why), Error = $"{subject.Id}: {why}" };
            var expected = subject.DefinedHere || manifest.Options.SkipDryRunOnMissingResource;
            return expected ? change : change with { Error = UnknownKind(manifest.Object.GroupVersionKind) };
        }

        var wanted = DesiredForm.Of(manifest, kind, request.Application, cluster.Tracking);
        change = change with { Wanted = wanted, Adoption = Migration.Of(request.Application.SyncPolicy) };
        if (subject.Id.Name.Length == 0) return change; // made anew each time, as kubectl create does

        LiveObject? live;
        try
        {
            live = await reader.ReadAsync(subject.Id, kind, request.Application.Name, ct);
        }
        catch (KubeApiException e) when (!e.IsClusterFault)
        {
            return change with { Action = ChangeAction.Update, Health = new(HealthStatus.Unknown, e.Message), Error = Refusal.Words(subject.Id, e, "read") };
        }
        catch (KubeApiException e)
        {
            throw new TargetException(e.Message, e);
        }

        if (live?.Document is not { } document) return change;
        change = change with
        {
            Live = document,
            Health = health.Of(live),
            IgnoresHealth = document.Annotation(SyncAnnotations.IgnoreHealthCheck) == "true",
        };
        if (live.Application is { } claimant && claimant != request.Application.Name && !manifest.IsShared)
        {
            change = change with { ClaimedBy = claimant };
            diagnostics.Add(Diagnostic.Warning(
                manifest.Origin, $"{subject.Id} is part of the applications {claimant} and {request.Application.Name}. Remove it from one of the two"));
        }

        if (!manifest.IsShared && cluster.Tracking.ForeignOwnerOf(document, kind.Namespaced) is { } foreign)
        {
            return change with
            {
                Action = ChangeAction.Update,
                ClaimedBy = "",
                Error = $"{subject.Id} belongs to {foreign}, another Plumb or Argo CD on this cluster, and is left alone. Remove it from one of the two; to "
                    + $"take it over, remove its annotation {Tracking.InstallationAnnotation}",
            };
        }

        if (DesiredForm.IsSharedNamespace(manifest))
            return change with { Action = DesiredForm.HasMetadata(document, wanted) ? ChangeAction.None : ChangeAction.Update };

        var schema = await schemas.FindAsync(kind, request.Application.Name, ct);
        change = change with { Schema = schema };
        var verdict = await JudgeAsync(subject, kind, wanted, live, schema, request, ct);
        foreach (var problem in verdict.Problems) diagnostics.Add(Diagnostic.Warning(request.Application.Origin, $"{subject.Id}: {problem}"));
        return change with
        {
            Wanted = DesiredForm.Masked(wanted, verdict.Live ?? document, schema, request.Application, manifest.Options.Replace),
            Action = verdict.Same ? ChangeAction.None
                : manifest.Options.Replace || (manifest.Options.Force && verdict.NeedsRecreation) ? ChangeAction.Replace
                : ChangeAction.Update,
            Fields = verdict.Fields,
            Live = verdict.Live ?? document,
            Predicted = verdict.Predicted,
            Error = verdict.NeedsRecreation && manifest.Options.Force ? null : verdict.Error,
        };
    }

    private async ValueTask<RememberedVerdict> JudgeAsync(
        Subject subject, ApiResource kind, KubeObject wanted, LiveObject live, Schema schema, PlanRequest request, CancellationToken ct)
    {
        var application = request.Application;
        var manifest = subject.Manifest;
        var options = SyncAnnotations.WithCompareOptions(manifest.Options, application.Annotations.GetValueOrDefault(SyncAnnotations.CompareOptions));
        options = SyncAnnotations.WithCompareOptions(options, manifest.Object.Annotation(SyncAnnotations.CompareOptions));
        var rules = application.IgnoreDifferences.Count == 0 ? $"{options.ServerSideDiff} {options.IncludeMutationWebhook}" : application.Digest;
        rules += request.Impersonate;
        if (!request.Force && memory.Recall(application.Name, subject.Id, subject.Manifest.Digest, rules, live) is { } known) return known;

        // One version of each kind is watched. A manifest of another version is compared with the object as that version shows it.
        var otherVersion = live.Document!.GroupVersionKind != kind.Type;
        var document = otherVersion ? await ReadAtAsync(subject.Id, kind, application.Name, ct) ?? live.Document : live.Document;
        var taken = Migration.Taken(Migration.Of(application.SyncPolicy), document, wanted, schema);
        var compared = Comparison.Compare(wanted, taken ?? document, schema, application.IgnoreDifferences);

        // The server does not know yet what Plumb takes over from other tools: there it cannot say what would go.
        var ask = compared.Verdict == Verdict.Suspect
            || (request.Force || options.ServerSideDiff) && (taken is null || compared.Verdict == Verdict.Same);
        var verdict = ask
            ? await AskAsync(subject, kind, wanted, document, schema, request, options, ct)
            : new RememberedVerdict(compared.Verdict == Verdict.Same, compared.Fields);
        verdict = verdict with { Problems = compared.Problems };
        if (otherVersion && !verdict.Same) verdict = verdict with { Live = document };
        if (!verdict.IsForbidden) memory.Remember(application.Name, subject.Id, subject.Manifest.Digest, rules, live, ask || otherVersion, verdict);
        return verdict;
    }

    private async Task<KubeObject?> ReadAtAsync(ResourceId id, ApiResource kind, string flow, CancellationToken ct)
    {
        try
        {
            return await cluster.Client.GetAsync(kind, id.Namespace, id.Name, flow, ct) is { } found ? new KubeObject(found) : null;
        }
        catch (KubeApiException e)
        {
            throw new TargetException($"{id}: {e.Message}", e);
        }
    }

    /// <summary>A server-side-apply dry run: what would become of the object.</summary>
    private async Task<RememberedVerdict> AskAsync(
        Subject subject, ApiResource kind, KubeObject wanted, KubeObject live, Schema schema, PlanRequest request,
        ResourceOptions options, CancellationToken ct)
    {
        var application = request.Application;
        try
        {
            var write = new WriteOptions(application.Name)
            {
                DryRun = true,
                FieldValidation = subject.Manifest.Options.Validate ? "Warn" : "Ignore",
                User = request.Impersonate,
            };
            var answer = await cluster.Client.ApplyAsync(
                kind, subject.Id.Namespace, subject.Id.Name, DesiredForm.Masked(wanted, live, schema, application).Root, subject.Manifest.Options.ForceConflicts, write, ct);
            var predicted = new KubeObject(answer.Body.AsMap()!);
            var compared = Comparison.CompareDryRun(live, predicted, schema, application.IgnoreDifferences, options.IncludeMutationWebhook);
            metrics.DryRun(compared.Verdict == Verdict.Same ? "same" : "different");
            return new RememberedVerdict(
                compared.Verdict == Verdict.Same, compared.Fields,
                Predicted: compared.Verdict == Verdict.Same || kind.GroupKind == Secrets ? null : predicted);
        }
        catch (KubeApiException e) when (!e.IsClusterFault && e.Code is not 429 and < 500)
        {
            metrics.DryRun("refused");
            return new RememberedVerdict(false, [.. e.Causes.Select(c => "." + c.Field.TrimStart('.')).Where(f => f.Length > 1).Take(100)],
                Refusal.Words(subject.Id, e, user: request.Impersonate, desired: subject.Manifest), Refusal.NeedsRecreation(e)) { IsForbidden = e.Code == 403 };
        }
        catch (KubeApiException e)
        {
            throw new TargetException($"{subject.Id}: {e.Message}", e);
        }
    }

    /// <summary>What is live, was made by this application, and is stated no more.</summary>
    private IEnumerable<KubernetesChange> Deletes(PlanRequest request, HashSet<ResourceId> wanted, ConcurrentBag<Diagnostic> diagnostics)
    {
        var application = request.Application;
        foreach (var live in cluster.Cache.OfApplication(application.Name))
        {
            if ((live.IsHook && !request.IsDeletion) || live.IsControlled || wanted.Contains(live.Id) || live.Document is not { } document) continue;
            if (!request.IsDeletion && cluster.WhyUnreadable(live.Kind.GroupKind, live.Namespace) is { } why)
            {
                // What is known of it may be long over: nothing is deleted on old news.
                diagnostics.Add(Diagnostic.Warning(new Origin(""), $"{live.Id} is no longer stated in Git and stays for now: {why}"));
                continue;
            }

            yield return new KubernetesChange
            {
                Id = live.Id,
                Action = ChangeAction.Delete,
                Live = document,
                Health = health.Of(live),
                Kind = cluster.Catalog.Find(document.GroupVersionKind),
                Wave = LiveAnnotations.WaveOf(document),
                Rank = KindRank.Of(live.Id.Kind),
                Options = SyncAnnotations.ReadOptions(document, application.SyncPolicy.SyncOptions),
            };
        }
    }

    private string UnknownKind(GroupVersionKind type)
    {
        var others = cluster.Catalog.VersionsOf(new GroupKind(type.Group, type.Kind));
        return others.Count > 0
            ? $"the cluster does not serve {type.Kind} at {type.ApiVersion}, only at {string.Join(", ", others)}. Change its apiVersion"
            : $"the cluster does not know the kind {type}. Install its CustomResourceDefinition first (dependsOn orders applications), "
                + "or set the sync option SkipDryRunOnMissingResource=true";
    }
}
