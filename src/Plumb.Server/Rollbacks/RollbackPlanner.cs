using System.Globalization;
using System.Net;
using System.Text;
using Plumb.Api;
using Plumb.Git.WriteBack;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;
using Plumb.Server.Access;
using Plumb.Server.Composition;

namespace Plumb.Server.Rollbacks;

/// <summary>
/// Takes an application back to what a run delivered by a commit: Git is the only place where desired state changes. The commit gives the files
/// which the application reads, then or now, the content that they had, and leaves everything else of the repository as it is.
/// </summary>
internal sealed class RollbackPlanner(Engine engine)
{
    private const int MaxShownBytes = 256 * 1024;
    private const int MaxShownFiles = 200;

    /// <summary>What the commit would be. Nothing is written.</summary>
    public async Task<RollbackRecord> PlanAsync(ApplicationState state, Run run, RollbackBody body, Caller caller, CancellationToken ct) =>
        (await TryAsync(state, run, body, caller, ct)).Record;

    /// <summary>Writes it.</summary>
    /// <exception cref="PlumbApiException">With status 409: it cannot be, the branch moved, or the server refuses the commit. Nothing was written.</exception>
    public async Task<RollbackRecord> WriteAsync(ApplicationState state, Run run, RollbackBody body, Caller caller, CancellationToken ct)
    {
        var (record, files) = await TryAsync(state, run, body, caller, ct);
        if (!record.Possible) throw new PlumbApiException(record.Why, HttpStatusCode.Conflict);
        if (body.ExpectedHead.Length > 0 && body.ExpectedHead != record.Head)
        {
            throw new PlumbApiException(
                $"the branch {record.Branch} moved meanwhile, from {Short(body.ExpectedHead)} to {Short(record.Head)}: look at the rollback again", HttpStatusCode.Conflict);
        }

        try
        {
            var commit = await engine.Git.CommitAsync(
                record.Repository,
                new BranchCommit
                {
                    Branch = record.Branch,
                    Parent = record.Head,
                    Files = files,
                    Message = record.Message,
                    Author = caller.DisplayName.Length > 0 ? caller.DisplayName : caller.Name,
                    AuthorEmail = caller.Name.Contains('@') ? caller.Name : $"{caller.Name}@plumb.invalid",
                },
                ct);
            return record with { Commit = commit };
        }
        catch (SourceException e)
        {
            throw new PlumbApiException(e.Message, e.Fault is SourceFault.Moved or SourceFault.WriteRefused ? HttpStatusCode.Conflict : HttpStatusCode.BadGateway, e);
        }
    }

    private async Task<(RollbackRecord Record, IReadOnlyDictionary<string, FileVersion?> Files)> TryAsync(
        ApplicationState state, Run run, RollbackBody body, Caller caller, CancellationToken ct)
    {
        try
        {
            return await MakeAsync(state, run, body, caller, ct);
        }
        catch (NotPossibleException e)
        {
            return (e.Record(state, run) with { Why = e.Message }, new Dictionary<string, FileVersion?>());
        }
        catch (Exception e) when (e is SourceException or TargetException)
        {
            throw new PlumbApiException(e.Message, HttpStatusCode.BadGateway, e);
        }
    }

    private async Task<(RollbackRecord Record, IReadOnlyDictionary<string, FileVersion?> Files)> MakeAsync(
        ApplicationState state, Run run, RollbackBody body, Caller caller, CancellationToken ct)
    {
        var spec = state.Spec;
        if (run.Revisions.Count != spec.Sources.Count)
            throw new NotPossibleException($"{spec.Name} had {run.Revisions.Count} sources in that run and has {spec.Sources.Count} now: take back its definition ({DefinedIn(state)})");
        var now = new List<string>();
        foreach (var source in spec.Sources) now.Add((await engine.Source.ResolveAsync(source, Freshness.Remote, ct)).Commit);
        var (repository, branch, to) = await PlaceAsync(state, run, now, ct);
        var head = (await engine.Git.ResolveAsync(repository, "refs/heads/" + branch, Freshness.Mirror, ct)).Commit;
        var basis = new RollbackRecord
        {
            Application = spec.Name,
            Run = run.Id,
            Repository = repository,
            Branch = branch,
            Head = head,
            To = to,
        };
        var read = await PathsAsync(state, repository, run.Revisions, ct);
        read.UnionWith(await PathsAsync(state, repository, now, ct));
        var changes = (await engine.Git.CompareAsync(repository, head, to, ct)).Where(d => read.Contains(d.Path)).ToList();
        if (changes.Count == 0)
        {
            throw new NotPossibleException(
                state.Spec.Digest.Length > 0 && run.DesiredDigest != state.LastRun?.DesiredDigest
                    ? $"the files that {spec.Name} reads are as they were in that run: what changed is its definition ({DefinedIn(state)}), or what it reads elsewhere"
                    : $"the files that {spec.Name} reads are as they were in that run: there is nothing to take back")
            {
                Basis = basis,
            };
        }

        return (
            basis with
            {
                Possible = true,
                Message = Message(spec, run, to, changes.Count, body.Reason, caller),
                Files = [.. changes.Take(MaxShownFiles).Select(c => Shown(repository, c))],
            },
            changes.ToDictionary(c => c.Path, c => c.After, StringComparer.Ordinal));
    }

    /// <summary>The one branch to write to.</summary>
    private async Task<(string Repository, string Branch, string To)> PlaceAsync(ApplicationState state, Run run, IReadOnlyList<string> now, CancellationToken ct)
    {
        var spec = state.Spec;
        var places = new HashSet<(string Repository, string Branch, string To)>();
        for (var i = 0; i < spec.Sources.Count; i++)
        {
            var source = spec.Sources[i];
            if (run.Revisions[i] == now[i]) continue;
            if (source.IsPackedChart)
                throw new NotPossibleException($"the chart {source.Chart} is at {source.TargetRevision} because the definition of {spec.Name} says so: change targetRevision there ({DefinedIn(state)})");
            if (await BranchOfAsync(source, ct) is not { } branch)
                throw new NotPossibleException($"{spec.Name} does not follow a branch but {source.TargetRevision}: change targetRevision in its definition ({DefinedIn(state)})");
            places.Add((source.RepoUrl, branch, run.Revisions[i]));
        }

        return places.Count switch
        {
            1 => places.First(),
            0 => throw new NotPossibleException($"{spec.Name} is at the commit of that run: there is nothing to take back"),
            _ => throw new NotPossibleException($"{spec.Name} has sources in {places.Count} places that changed since: take them back one by one, in {string.Join(" and ", places.Select(p => $"{p.Repository} ({p.Branch})"))}"),
        };
    }

    private async Task<string?> BranchOfAsync(SourceSpec source, CancellationToken ct)
    {
        var resolved = await engine.Git.ResolveAsync(source.RepoUrl, source.TargetRevision, Freshness.Mirror, ct);
        if (resolved.Reference is not { } name) return null;
        try
        {
            // A tag may be called as a branch is: what was found has to be the branch.
            var branch = await engine.Git.ResolveAsync(source.RepoUrl, "refs/heads/" + name, Freshness.Mirror, ct);
            return branch.Commit == resolved.Commit ? name : null;
        }
        catch (SourceException e) when (e.Fault == SourceFault.RevisionNotFound)
        {
            return null;
        }
    }

    /// <summary>Files of a repository that the application reads when its sources are at these commits.</summary>
    private async Task<HashSet<string>> PathsAsync(ApplicationState state, string repository, IReadOnlyList<string> revisions, CancellationToken ct)
    {
        var spec = state.Spec;
        var target = engine.Targets.Find(spec.Destination) ?? throw new NotPossibleException($"no cluster matches the destination of {spec.Name}");
        var capabilities = await target.GetCapabilitiesAsync(ct);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < spec.Sources.Count; i++)
        {
            var source = spec.Sources[i];
            var tree = await engine.Source.OpenAsync(source, revisions[i], ct);
            var references = new Dictionary<string, ITree>(StringComparer.Ordinal);
            for (var j = 0; j < spec.Sources.Count; j++)
            {
                if (spec.Sources[j].Ref is { } name) references[name] = await engine.Source.OpenAsync(spec.Sources[j], revisions[j], ct);
            }

            // Only for what it reads; a commit that does not render reads something too.
            await Task.Run(() => engine.Renderer.Render(new RenderRequest(tree, spec, source, capabilities) { References = references }, ct), ct);
            if (source.RepoUrl == repository) paths.UnionWith(tree.Dependencies.Entries.Select(e => e.Key));
            foreach (var (name, referred) in references)
            {
                if (spec.Sources.First(s => s.Ref == name).RepoUrl == repository) paths.UnionWith(referred.Dependencies.Entries.Select(e => e.Key));
            }
        }

        return paths;
    }

    private FileChangeRecord Shown(string repository, FileDifference change) => new(
        change.Path,
        change.Before is null ? "added" : change.After is null ? "deleted" : "modified",
        change.Before is { } before ? engine.Git.ReadText(repository, before, MaxShownBytes) ?? "" : "",
        change.After is { } after ? engine.Git.ReadText(repository, after, MaxShownBytes) ?? "" : "");

    private static string Message(ApplicationSpec spec, Run run, string to, int files, string reason, Caller caller)
    {
        var text = new StringBuilder($"Roll back {spec.Name} to {Short(to)}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"The {files} {(files == 1 ? "file" : "files")} that {spec.Name} reads and that changed since get the content of\n{to},\n");
        text.Append(CultureInfo.InvariantCulture, $"which was delivered on {run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC (run {run.Id}).\n");
        if (reason.Trim().Length > 0) text.Append(CultureInfo.InvariantCulture, $"\n{reason.Trim()}\n");
        text.Append(CultureInfo.InvariantCulture, $"\nAsked for by {(caller.IsOpen ? "somebody on the machine that Plumb runs on" : caller.Name)}.\n");
        return text.ToString();
    }

    private static string DefinedIn(ApplicationState state) =>
        state.Parent.Length > 0 ? $"{state.Spec.Origin}, by {state.Parent}" : "it was given when Plumb was started";

    private static string Short(string commit) => commit[..Math.Min(10, commit.Length)];

    /// <summary>There is no commit that would do it; the message says why and what to do instead.</summary>
    private sealed class NotPossibleException(string message) : Exception(message)
    {
        public RollbackRecord? Basis { get; init; }

        public RollbackRecord Record(ApplicationState state, Run run) => Basis ?? new RollbackRecord { Application = state.Spec.Name, Run = run.Id };
    }
}
