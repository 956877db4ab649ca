using Microsoft.EntityFrameworkCore;
using Plumb.Store.Access;
using Plumb.Store.Auditing;
using Plumb.Store.Sqlite;

namespace Plumb.Store.Tests;

/// <summary>Accounts and the audit trail on disk.</summary>
public sealed class AccessStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-store-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now { get; } = DateTimeOffset.UnixEpoch.AddDays(20_000);

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void TheMigrations_MakeTheTablesThatTheModelsSay()
    {
        using var accounts = new AccessContext(new DbContextOptionsBuilder<AccessContext>().UseSqlite("Data Source=:memory:").Options);
        accounts.Database.HasPendingModelChanges().ShouldBeFalse();
        using var history = new SqliteStoreContext(new DbContextOptionsBuilder<SqliteStoreContext>().UseSqlite("Data Source=:memory:").Options);
        history.Database.HasPendingModelChanges().ShouldBeFalse();
    }

    [Fact]
    public async Task WhatWasSaved_IsThereAfterOpeningAgain()
    {
        var account = new StoredAccount
        {
            Name = "alice",
            Kind = "oidc",
            Subject = "8f2c",
            DisplayName = "Alice",
            PasswordHash = "hash",
            Enabled = false,
            Groups = ["a", "b, \"c\""],
            CreatedAt = Now,
            LastSignInAt = Now.AddTicks(1),
        };
        var token = new StoredToken { Id = "t", Subject = "alice", Description = "ci", Hash = [1, 2], CreatedAt = Now, CreatedBy = "admin", ExpiresAt = Now.AddDays(1), LastUsedAt = Now };
        var session = new StoredSession
        {
            Id = "s",
            KeyHash = [3],
            Account = "alice",
            Method = "local",
            CreatedAt = Now,
            ExpiresAt = Now.AddDays(7),
            LastSeenAt = Now,
            From = "::1",
            Agent = "Browser",
        };
        using (var store = await OpenAsync())
        {
            await store.SaveAsync(account with { Groups = [] }, Ct);
            await store.SaveAsync(account, Ct);
            await store.SaveAsync(token, Ct);
            await store.SaveAsync(session, Ct);
        }

        using var again = await OpenAsync();
        var content = await again.LoadAsync(Ct);
        var found = content.Accounts.ShouldHaveSingleItem();
        found.Groups.ShouldBe(account.Groups);
        (found with { Groups = account.Groups }).ShouldBe(account);
        content.Tokens.ShouldHaveSingleItem().Hash.ShouldBe(token.Hash);
        (content.Tokens[0] with { Hash = token.Hash }).ShouldBe(token);
        (content.Sessions.ShouldHaveSingleItem() with { KeyHash = session.KeyHash }).ShouldBe(session);
    }

    [Fact]
    public async Task ADeletedAccount_TakesItsTokensAndSessionsAlong_AndNobodyElses()
    {
        using var store = await OpenAsync();
        foreach (var name in (string[])["alice", "bob"])
        {
            await store.SaveAsync(new StoredAccount { Name = name, Kind = "local", CreatedAt = Now }, Ct);
            await store.SaveAsync(new StoredToken { Id = "t-" + name, Subject = name, Description = "", Hash = [1], CreatedAt = Now, CreatedBy = name }, Ct);
            await store.SaveAsync(
                new StoredSession { Id = "s-" + name, KeyHash = [1], Account = name, Method = "local", CreatedAt = Now, ExpiresAt = Now, LastSeenAt = Now, From = "", Agent = "" }, Ct);
        }

        await store.DeleteAccountAsync("alice", Ct);

        var content = await store.LoadAsync(Ct);
        content.Accounts.Select(a => a.Name).ShouldBe(["bob"]);
        content.Tokens.Select(t => t.Id).ShouldBe(["t-bob"]);
        content.Sessions.Select(s => s.Id).ShouldBe(["s-bob"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheAuditTrail_IsFoundByWhatIsAsked_NewestFirst_PageByPage(bool onDisk)
    {
        using var history = await SqliteRunStore.OpenAsync(Path.Combine(_folder, "history.db"), 10, TimeProvider.System, Ct);
        IAuditStore store = onDisk ? history : new MemoryAuditStore();
        for (var i = 0; i < 10; i++) await store.AppendAsync(Entry(i % 2 == 0 ? "alice" : "bob", $"app{i}", Now.AddMinutes(i)), Ct);

        var (first, total) = await store.FindAsync(Filter(who: "alice", limit: 3), Ct);
        first.Select(e => e.Subject).ShouldBe(["app8", "app6", "app4"]);
        total.ShouldBe(5);
        var (rest, _) = await store.FindAsync(Filter(who: "alice", after: first[^1].Id, limit: 3), Ct);
        rest.Select(e => e.Subject).ShouldBe(["app2", "app0"]);
        (await store.FindAsync(Filter(subject: "app3"), Ct)).Entries.ShouldHaveSingleItem().Who.ShouldBe("bob");
        (await store.FindAsync(Filter(since: Now.AddMinutes(2), before: Now.AddMinutes(4)), Ct)).Entries.Select(e => e.Subject).ShouldBe(["app3", "app2"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OldEntries_FallOffByAgeAndByCount(bool onDisk)
    {
        using var history = await SqliteRunStore.OpenAsync(Path.Combine(_folder, "history.db"), 10, TimeProvider.System, Ct);
        IAuditStore store = onDisk ? history : new MemoryAuditStore();
        for (var i = 0; i < 10; i++) await store.AppendAsync(Entry("alice", $"app{i}", Now.AddDays(i)), Ct);

        await store.TrimAsync(Now.AddDays(2), 100, Ct);
        (await store.FindAsync(Filter(), Ct)).Entries.Select(e => e.Subject).Last().ShouldBe("app2");
        await store.TrimAsync(Now, 3, Ct);
        (await store.FindAsync(Filter(), Ct)).Entries.Select(e => e.Subject).ShouldBe(["app9", "app8", "app7"]);
    }

    [Fact]
    public async Task IdsSortInTheOrderOfTheEntries_AlsoWhenTheClockIsSetBack_AndOverARestart()
    {
        var file = Path.Combine(_folder, "history.db");
        using (var before = await SqliteRunStore.OpenAsync(file, 10, TimeProvider.System, Ct)) await before.AppendAsync(Entry("alice", "first", Now), Ct);

        using var after = await SqliteRunStore.OpenAsync(file, 10, TimeProvider.System, Ct);
        await after.AppendAsync(Entry("alice", "second", Now.AddHours(-1)), Ct);

        (await after.FindAsync(Filter(), Ct)).Entries.Select(e => e.Subject).ShouldBe(["second", "first"]);
    }

    [Fact]
    public async Task AnEntry_CannotBeChanged()
    {
        var file = Path.Combine(_folder, "history.db");
        using var history = await SqliteRunStore.OpenAsync(file, 10, TimeProvider.System, Ct);
        await history.AppendAsync(Entry("alice", "web", Now), Ct);
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file}");
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE audit SET Who = 'bob'";

        (await Should.ThrowAsync<Microsoft.Data.Sqlite.SqliteException>(() => command.ExecuteNonQueryAsync(Ct))).Message
            .ShouldContain("entries of the audit trail are not changed");
    }

    private Task<SqliteAccessStore> OpenAsync() => SqliteAccessStore.OpenAsync(Path.Combine(_folder, "access.db"), Ct);

    private static AuditFilter Filter(
        string who = "", string subject = "", DateTimeOffset? since = null, DateTimeOffset? before = null, string? after = null, int limit = 100) =>
        new(who, "", subject, since, before, after, limit);

    private static StoredAuditEntry Entry(string who, string subject, DateTimeOffset at) => new()
    {
        At = at,
        Who = who,
        Method = "local",
        From = "",
        Action = "sync",
        Subject = subject,
        Project = "",
        Outcome = "done",
        Detail = "",
        Revision = "",
        Run = "",
    };
}
