using System.Text.Json;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Store.Auditing;
using Plumb.Store.Sqlite;

namespace Plumb.Store.Tests;

public sealed class SqliteRunStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-store-").FullName;

    private string DatabaseFile => Path.Combine(_folder, "data", "history.db");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Save_ThenOpenAgain_KeepsTheWholeRun()
    {
        var run = NewRun("web", 1) with
        {
            Phase = RunPhase.Failed,
            FinishedAt = DateTimeOffset.UnixEpoch.AddMinutes(2),
            Message = "apps/Deployment/shop/web: apply refused",
            Results = [new ResourceResult(new ResourceId("apps", "Deployment", "shop", "web"), ResultStatus.Failed, "refused", ChangeAction.Update) { Wave = 2 }],
        };
        await (await OpenAsync()).SaveAsync(run, Ct);

        var found = await (await OpenAsync()).FindAsync(run.Id, Ct);

        found.ShouldNotBeNull();
        found.Phase.ShouldBe(RunPhase.Failed);
        found.Message.ShouldBe(run.Message);
        found.StartedAt.ShouldBe(run.StartedAt);
        found.Results.ShouldBe(run.Results);
        found.Revisions.ShouldBe(run.Revisions);
    }

    [Fact]
    public async Task ManyAtTheSameTime_DoNotLockEachOtherOut_AndEachIsThereWhenItSaysSo()
    {
        var store = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 600).Select(i => Task.Run(
            async () =>
            {
                var run = NewRun($"app-{i % 60}", i);
                await store.SaveAsync(run, Ct);
                var entry = await store.AppendAsync(Entry(run), Ct);
                await store.SaveAsync(run with { Phase = RunPhase.Succeeded, FinishedAt = run.StartedAt }, Ct);
                (await store.FindAsync(run.Id, Ct))!.Phase.ShouldBe(RunPhase.Succeeded);
                return entry;
            },
            Ct)));

        (await store.ListAsync(null, 1000, Ct)).Count.ShouldBe(600);
        var (entries, total) = await store.FindAsync(new AuditFilter("", "", "", null, null, null, 1000), Ct);
        total.ShouldBe(600);
        entries.Select(e => e.Id).Distinct().Count().ShouldBe(600);
        entries.Select(e => e.Id).ShouldBe(entries.Select(e => e.Id).OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OneThatIsGivenUp_TakesNoOtherWithIt()
    {
        var store = await OpenAsync();
        using var stop = new CancellationTokenSource();
        var runs = Enumerable.Range(0, 200).Select(i => NewRun("web", i)).ToList();
        var all = runs.Select((run, i) => store.SaveAsync(run, i % 2 == 0 ? Ct : stop.Token)).ToList();

        await stop.CancelAsync();

        foreach (var (save, i) in all.Select((save, i) => (save, i)))
        {
            if (i % 2 == 0) await save;
            else await Task.WhenAny(save);
        }

        var kept = (await store.ListAsync(null, 1000, Ct)).Select(r => r.Id).ToHashSet();
        foreach (var run in runs.Where((_, i) => i % 2 == 0)) kept.ShouldContain(run.Id);
    }

    [Fact]
    public async Task List_IsNewestFirstAndPerApplication()
    {
        var store = await OpenAsync();
        foreach (var minute in new[] { 1, 3, 2 }) await store.SaveAsync(NewRun("web", minute), Ct);
        await store.SaveAsync(NewRun("database", 9), Ct);

        (await store.ListAsync("web", 2, Ct)).Select(r => r.StartedAt.Minute).ShouldBe([3, 2]);
        (await store.ListAsync(null, 1, Ct)).Single().Application.ShouldBe("database");
    }

    [Fact]
    public async Task Save_ForTheSameId_ReplacesTheRun()
    {
        var store = await OpenAsync();
        var run = NewRun("web", 1);
        await store.SaveAsync(run, Ct);
        (await store.ListUnfinishedAsync(Ct)).Single().Id.ShouldBe(run.Id);

        await store.SaveAsync(run with { Phase = RunPhase.Succeeded, FinishedAt = run.StartedAt.AddSeconds(3) }, Ct);

        (await store.ListUnfinishedAsync(Ct)).ShouldBeEmpty();
        (await store.ListAsync("web", 10, Ct)).Single().Phase.ShouldBe(RunPhase.Succeeded);
    }

    [Fact]
    public async Task Save_BeyondTheLimit_DropsTheOldestFinishedRuns()
    {
        var store = await OpenAsync(keep: 3);
        for (var minute = 0; minute < 6; minute++)
        {
            var run = NewRun("web", minute);
            await store.SaveAsync(run with { Phase = RunPhase.Succeeded, FinishedAt = run.StartedAt }, Ct);
        }

        (await store.ListAsync("web", 10, Ct)).Select(r => r.StartedAt.Minute).ShouldBe([5, 4, 3]);
    }

    [Fact]
    public async Task Open_WithADamagedFile_SetsItAsideAndBeginsAnew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(DatabaseFile)!);
        await File.WriteAllTextAsync(DatabaseFile, string.Concat(Enumerable.Repeat("this is no database ", 500)), Ct);

        var store = await OpenAsync();
        await store.SaveAsync(NewRun("web", 1), Ct);

        (await store.ListAsync("web", 10, Ct)).Count.ShouldBe(1);
        Directory.GetFiles(Path.GetDirectoryName(DatabaseFile)!, "*.damaged-*").Length.ShouldBe(1);
    }

    [Fact]
    public async Task Save_FromManyThreads_LosesNothing()
    {
        var store = await OpenAsync(keep: 100);
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), Ct, async (i, ct) => await store.SaveAsync(NewRun($"app-{i % 4}", i % 60), ct));

        (await store.ListAsync(null, 100, Ct)).Count.ShouldBe(40);
    }

    [Fact]
    public async Task AFileThatIsDamagedWhileInUse_IsSetAsideWithItsJournal_AndTheWriteGoesThrough()
    {
        var store = await OpenAsync();
        await store.SaveAsync(NewRun("web", 1), Ct);
        // The last connection to close writes the journal into the file; what is written over it after that is what is there.
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await File.WriteAllBytesAsync(DatabaseFile, [.. Enumerable.Repeat((byte)7, 100_000)], Ct);

        await store.SaveAsync(NewRun("web", 2), Ct);

        (await store.ListAsync("web", 10, Ct)).Single().StartedAt.Minute.ShouldBe(2);
        Directory.GetFiles(Path.GetDirectoryName(DatabaseFile)!, "*.damaged-*").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task ALockedFile_IsNamedWithTheRemedy_AndUsedWhenItIsFree()
    {
        await (await OpenAsync()).SaveAsync(NewRun("web", 1), Ct);
        await using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={DatabaseFile};Pooling=false");
        await other.OpenAsync(Ct);
        await ExecuteAsync(other, "BEGIN EXCLUSIVE");
        var store = await OpenAsync();

        var refused = await Should.ThrowAsync<HistoryException>(() => store.SaveAsync(NewRun("web", 2), Ct));
        refused.Message.ShouldContain(DatabaseFile);
        refused.Message.ShouldContain("another program holds it locked. Close that program");

        await ExecuteAsync(other, "ROLLBACK");
        await store.SaveAsync(NewRun("web", 2), Ct);
        (await store.ListAsync("web", 10, Ct)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task AFileThatIsTakenAway_IsBegunAnew()
    {
        var store = await OpenAsync();
        await store.SaveAsync(NewRun("web", 1), Ct);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(DatabaseFile)!)) File.Delete(file);

        await store.SaveAsync(NewRun("web", 2), Ct);

        (await (await OpenAsync()).ListAsync("web", 10, Ct)).Single().StartedAt.Minute.ShouldBe(2);
    }

    [Fact]
    public async Task AFolderThatCannotBeMade_IsNamedWithTheRemedy()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "data"), "a file where the folder should be", Ct);
        var store = await OpenAsync();

        var refused = await Should.ThrowAsync<HistoryException>(() => store.SaveAsync(NewRun("web", 1), Ct));
        refused.Message.ShouldContain("Make the data folder writable");
    }

    [Fact]
    public async Task Registrations_SurviveWithAllThatTheySay()
    {
        var spec = new ApplicationSpec
        {
            Name = "web",
            Finalizers = ["resources-finalizer.argocd.argoproj.io"],
            Sources = [new SourceSpec { RepoUrl = "https://git.example/a.git", Path = "web", Directory = new DirectorySpec(Recurse: true) }],
            Destination = new DestinationSpec(Namespace: "shop"),
            SyncPolicy = new SyncPolicySpec { Automated = new AutomatedSpec(Prune: true), SyncOptions = ["CreateNamespace=true"] },
            Digest = "d",
        };
        await (await OpenAsync()).SaveRegistrationsAsync(
            new Dictionary<string, Registration?>
            {
                ["web"] = new(spec, "root", "https://git.example/a.git//root") { Deleting = new DeleteRequest { Cascade = false } },
                ["other"] = new(spec with { Name = "other" }, "root"),
            },
            Ct);
        await (await OpenAsync()).SaveRegistrationsAsync(new Dictionary<string, Registration?> { ["other"] = null, ["never"] = null }, Ct);

        var found = (await (await OpenAsync()).ListRegistrationsAsync(Ct)).Single();

        (found.Parent, found.ParentSource, found.Deleting!.Cascade).ShouldBe(("root", "https://git.example/a.git//root", false));
        JsonSerializer.Serialize(found.Spec).ShouldBe(JsonSerializer.Serialize(spec));
    }

    [Fact]
    public async Task EveryConnection_WaitsForTheDisk()
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "any.db")}");
        await connection.OpenAsync(Ct);
        await ExecuteAsync(connection, "PRAGMA synchronous=OFF");

        await new FullySynchronous().ConnectionOpenedAsync(connection, null!, Ct);

        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous";
        (await command.ExecuteScalarAsync(Ct)).ShouldBe(2L);
    }

    private static async Task ExecuteAsync(Microsoft.Data.Sqlite.SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Ct);
    }

    private Task<SqliteRunStore> OpenAsync(int keep = 50) => SqliteRunStore.OpenAsync(DatabaseFile, keep, TimeProvider.System, Ct);

    private static StoredAuditEntry Entry(Run run) => new()
    {
        At = run.StartedAt,
        Who = "plumb",
        Method = "automated",
        From = "",
        Action = "sync",
        Subject = run.Application,
        Project = "default",
        Outcome = "done",
        Detail = "",
        Revision = run.Revisions[0],
        Run = run.Id,
    };

    private static Run NewRun(string application, int minute) => new()
    {
        Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddMinutes(minute)).ToString("N"),
        Application = application,
        Revisions = ["0123456789abcdef0123456789abcdef01234567"],
        DesiredDigest = "d1",
        Trigger = RunTrigger.Automated,
        Initiator = "plumb",
        StartedAt = DateTimeOffset.UnixEpoch.AddMinutes(minute),
    };
}
