using System.Net;
using Plumb.Api;
using Plumb.Server.Access;
using Plumb.Server.Access.Accounts;
using Plumb.Store.Access;

namespace Plumb.Server.Tests.Access.Accounts;

/// <summary>Making and changing accounts.</summary>
public sealed class AccountTests : IAsyncLifetime
{
    private AccessHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Caller Alice { get; } = new() { Name = "alice", Method = "local" };

    private AccountAdmin Accounts => _host.Access.Admin;

    public async ValueTask InitializeAsync()
    {
        _host = await AccessHost.StartAsync();
        await _host.AddAccountAsync("alice", "web-team");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("alice", true)]
    [InlineData("9lives", true)]
    [InlineData("alice.b_c-d@example.com", true)]
    [InlineData("", false)]
    [InlineData("Alice", false)]
    [InlineData("-alice", false)]
    [InlineData("alice\n", false)]
    [InlineData("role:admin", false)]
    [InlineData("proj:shop:ci", false)]
    [InlineData("a b", false)]
    [InlineData("älice", false)]
    public void Names_AreThoseThatTheContractAllows(string name, bool can) => (AccountNames.Fault(name) is null).ShouldBe(can);

    [Fact]
    public void ANameOf64Characters_IsTooLong()
    {
        AccountNames.Fault(new string('a', 63)).ShouldBeNull();
        AccountNames.Fault(new string('a', 64)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public async Task Passwords_Have12To200Characters(int length, bool can)
    {
        Task Make() => Accounts.CreateAccountAsync(AccessHost.Admin, new AccountBody { Name = "bob", Password = new string('x', length) }, Ct);

        if (can) await Make();
        else (await Should.ThrowAsync<PlumbApiException>(Make)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task ASecondAccountOfAName_IsAConflict() =>
        (await Should.ThrowAsync<PlumbApiException>(() => _host.AddAccountAsync("alice"))).Status.ShouldBe(HttpStatusCode.Conflict);

    [Theory]
    [InlineData("role:admin")]
    [InlineData("proj:shop:ci")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    public async Task AGroupThatLooksLikeARole_OrIsNone_IsRefused(string group) =>
        (await Should.ThrowAsync<PlumbApiException>(() => _host.AddAccountAsync("bob", group))).Status.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task WhoHasNoRights_SeesTheirOwnAccountOnly_AndChangesNone()
    {
        await _host.AddAccountAsync("bob");

        (await Accounts.ListAccountsAsync(Alice, Ct)).Select(a => a.Name).ShouldBe(["alice"]);
        (await Accounts.ListAccountsAsync(AccessHost.Admin, Ct)).Select(a => a.Name).ShouldBe(["alice", "bob"]);
        await ShouldBeAsync(HttpStatusCode.Forbidden, () => Accounts.CreateAccountAsync(Alice, new AccountBody { Name = "eve" }, Ct));
        await ShouldBeAsync(HttpStatusCode.NotFound, () => Accounts.ChangeAccountAsync(Alice, "bob", new AccountPatch { Enabled = false }, Ct));
        await ShouldBeAsync(HttpStatusCode.Forbidden, () => Accounts.ChangeAccountAsync(Alice, "alice", new AccountPatch { Groups = ["ops"] }, Ct));
        await ShouldBeAsync(HttpStatusCode.NotFound, () => Accounts.DeleteAccountAsync(Alice, "bob", Ct));
        await ShouldBeAsync(HttpStatusCode.NotFound, () => Accounts.SetPasswordAsync(Alice, "bob", new PasswordBody { Password = "another password" }, Ct));
    }

    [Fact]
    public async Task NobodyLocksThemselvesOut()
    {
        await _host.AddAccountAsync("admin");
        await ShouldBeAsync(HttpStatusCode.Conflict, () => Accounts.ChangeAccountAsync(AccessHost.Admin, "admin", new AccountPatch { Enabled = false }, Ct));
        await ShouldBeAsync(HttpStatusCode.Conflict, () => Accounts.DeleteAccountAsync(AccessHost.Admin, "admin", Ct));
    }

    [Fact]
    public async Task OnesOwnPassword_TakesThePresentOne_AndGuessesAreSlowedDown()
    {
        Task Set(string? present) => Accounts.SetPasswordAsync(Alice, "alice", new PasswordBody { Present = present, Password = "another password" }, Ct);

        await ShouldBeAsync(HttpStatusCode.BadRequest, () => Set(null));
        for (var i = 0; i < 5; i++) await ShouldBeAsync(HttpStatusCode.Forbidden, () => Set("wrong password"));
        await ShouldBeAsync(HttpStatusCode.TooManyRequests, () => Set(AccessHost.Password));
        _host.Time.Advance(TimeSpan.FromSeconds(2));
        await Set(AccessHost.Password);

        using var browser = _host.OpenBrowser();
        (await browser.SignInAsync("alice", AccessHost.Password)).Headers.Location!.ToString().ShouldBe("/sign-in?error=wrong");
        (await browser.SignInAsync("alice", "another password")).Headers.Location!.ToString().ShouldBe("/");
    }

    [Fact]
    public async Task AnAccountWithoutPassword_CannotSignIn_NorSetOneItself()
    {
        await Accounts.CreateAccountAsync(AccessHost.Admin, new AccountBody { Name = "robot" }, Ct);
        using var browser = _host.OpenBrowser();

        (await browser.SignInAsync("robot", "")).Headers.Location!.ToString().ShouldBe("/sign-in?error=wrong");
        await ShouldBeAsync(HttpStatusCode.Forbidden, () => Accounts.SetPasswordAsync(
            new Caller { Name = "robot", Method = "token" }, "robot", new PasswordBody { Present = "", Password = "another password" }, Ct));
    }

    [Fact]
    public async Task ChangedGroups_CountAtOnce_AlsoInASessionThatGoesOn()
    {
        using var browser = await _host.SignedInAsync("alice");
        var session = (await Accounts.ListSignInsAsync(Alice, Ct)).ShouldHaveSingleItem();
        var caller = Alice with { SessionId = session.Id };
        _host.Access.Callers.Current(caller)!.Groups.ShouldBe(["web-team"]);

        await Accounts.ChangeAccountAsync(AccessHost.Admin, "alice", new AccountPatch { Groups = ["ops", "db"] }, Ct);

        _host.Access.Callers.Current(caller)!.Groups.ShouldBe(["db", "ops"]);
    }

    [Fact]
    public async Task TheFirstStart_MakesAdminWithAPasswordShownOnce_AndTheNextMakesNone()
    {
        var folder = Directory.CreateTempSubdirectory("plumb-first-").FullName;
        try
        {
            string password;
            await using (var first = await AccessHost.StartAsync(folder: folder, firstAccount: true))
            {
                password = first.FirstPassword.ShouldNotBeNull();
                using var browser = first.OpenBrowser();
                (await browser.SignInAsync("admin", password)).Headers.Location!.ToString().ShouldBe("/");
                first.Log.Lines.ShouldNotContain(l => l.Contains(password, StringComparison.Ordinal));
            }

            await using var second = await AccessHost.StartAsync(folder: folder, firstAccount: true);
            second.FirstPassword.ShouldBeNull();
            using var again = second.OpenBrowser();
            (await again.SignInAsync("admin", password)).Headers.Location!.ToString().ShouldBe("/");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task TheFirstPassword_MayComeFromAFile_WhichIsCheckedBeforeTheStart()
    {
        var file = Path.Combine(_host.Folder, "first");
        await File.WriteAllTextAsync(file, "given in a file\n", Ct);
        await using (var host = await AccessHost.StartAsync(new AccessOptions { AdminPasswordFile = file }, firstAccount: true))
        {
            host.FirstPassword.ShouldBeNull();
            using var browser = host.OpenBrowser();
            (await browser.SignInAsync("admin", "given in a file")).Headers.Location!.ToString().ShouldBe("/");
        }

        await File.WriteAllTextAsync(file, "short", Ct);
        (await Should.ThrowAsync<ArgumentException>(() => AccessHost.StartAsync(new AccessOptions { AdminPasswordFile = file }))).Message
            .ShouldContain("the password has 5 characters; use 12 to 200");
    }

    [Fact]
    public async Task APasswordHashedWithFewerRounds_IsHashedAnewWhenItsOwnerSignsIn()
    {
        var folder = Directory.CreateTempSubdirectory("plumb-rounds-").FullName;
        try
        {
            async Task<string> HashAsync()
            {
                using var store = await SqliteAccessStore.OpenAsync(Path.Combine(folder, "access.db"), Ct);
                return (await store.LoadAsync(Ct)).Accounts.Single().PasswordHash;
            }

            await using (var before = await AccessHost.StartAsync(new AccessOptions { PasswordRounds = 100_000 }, folder)) await before.AddAccountAsync("alice");
            var weak = await HashAsync();
            await using (var after = await AccessHost.StartAsync(new AccessOptions { PasswordRounds = 120_000 }, folder))
            {
                using var browser = await after.SignedInAsync("alice");
                (await HashAsync()).ShouldNotBe(weak);
                var strong = await HashAsync();
                using var again = await after.SignedInAsync("alice");
                (await HashAsync()).ShouldBe(strong);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task TheAccounts_AreForTheirOwnerOnly()
    {
        await Task.CompletedTask;
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.GetUnixFileMode(Path.Combine(_host.Folder, "access.db")).ShouldBe(Own);
        using var browser = await _host.SignedInAsync("alice");
        var keys = Directory.GetFiles(Path.Combine(_host.Folder, "keys"));
        keys.ShouldNotBeEmpty();
        foreach (var key in keys) File.GetUnixFileMode(key).ShouldBe(Own);
    }

    [Fact]
    public async Task DamagedAccounts_AreRefused_AndNeverBegunAnew()
    {
        var folder = Directory.CreateTempSubdirectory("plumb-damaged-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "access.db"), new string('x', 8192), Ct);

            (await Should.ThrowAsync<AccessStoreException>(() => AccessHost.StartAsync(folder: folder))).Message.ShouldContain("the accounts are damaged");
            new FileInfo(Path.Combine(folder, "access.db")).Length.ShouldBe(8192);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ShouldBeAsync(HttpStatusCode status, Func<Task> call) => (await Should.ThrowAsync<PlumbApiException>(call)).Status.ShouldBe(status);
}
