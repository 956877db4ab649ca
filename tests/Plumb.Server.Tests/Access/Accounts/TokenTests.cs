using System.Net;
using Plumb.Api;
using Plumb.Reconcile.Applications;
using Plumb.Server.Access;
using Plumb.Store.Access;

namespace Plumb.Server.Tests.Access.Accounts;

/// <summary>The life of a token.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private AccessHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Caller Alice { get; } = new() { Name = "alice", Method = "local" };

    public async ValueTask InitializeAsync()
    {
        _host = await AccessHost.StartAsync();
        await _host.AddAccountAsync("alice");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task ATokenOfOnesOwn_LetsAProgramIn_AndSaysForWhom()
    {
        var made = await MakeAsync(Alice, new TokenBody { Description = "ci" });

        made.Secret.ShouldMatch("^plumb_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$");
        made.Token.Subject.ShouldBe("alice");
        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.OK);
        (await _host.Access.Admin.ListTokensAsync(Alice, Ct)).ShouldHaveSingleItem().Description.ShouldBe("ci");
    }

    [Fact]
    public async Task ARevokedToken_IsRefusedAtOnce()
    {
        var made = await MakeAsync(Alice, new TokenBody());
        var caller = new Caller { Name = "alice", Method = "token", TokenId = made.Token.Id };
        _host.Access.Callers.IsLive(caller).ShouldBeTrue();

        await _host.Access.Admin.RevokeTokenAsync(Alice, made.Token.Id, Ct);

        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.Unauthorized);
        _host.Access.Callers.IsLive(caller).ShouldBeFalse();
    }

    [Fact]
    public async Task AToken_EndsWhenItShould_AndIsClearedAway()
    {
        var made = await MakeAsync(Alice, new TokenBody { ExpiresAt = _host.Time.GetUtcNow().AddHours(1) });
        _host.Time.Advance(TimeSpan.FromMinutes(59));
        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.OK);

        _host.Time.Advance(TimeSpan.FromMinutes(1));
        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.Unauthorized);

        await _host.Access.Upkeep.WorkAsync(Ct);
        (await _host.Access.Admin.ListTokensAsync(Alice, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ATokenOfADisabledAccount_IsRefused_AndWorksAgainWhenItIsEnabled()
    {
        var made = await MakeAsync(Alice, new TokenBody());
        await _host.Access.Admin.ChangeAccountAsync(AccessHost.Admin, "alice", new AccountPatch { Enabled = false }, Ct);
        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.Unauthorized);

        await _host.Access.Admin.ChangeAccountAsync(AccessHost.Admin, "alice", new AccountPatch { Enabled = true }, Ct);
        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ATokenOfADeletedAccount_DoesNotComeBackWithANewAccountOfThatName()
    {
        var made = await MakeAsync(Alice, new TokenBody());
        await _host.Access.Admin.DeleteAccountAsync(AccessHost.Admin, "alice", Ct);
        await _host.AddAccountAsync("alice");

        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("plumb_aaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("plumb_")]
    [InlineData("plumb__")]
    [InlineData("something-else")]
    public async Task WhatIsNoTokenOfOurs_IsRefused(string token) => (await _host.StatusWithTokenAsync(token)).ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task AnotherSecretWithARealId_IsRefused()
    {
        var (first, second) = (await MakeAsync(Alice, new TokenBody()), await MakeAsync(Alice, new TokenBody()));
        var mixed = $"plumb_{first.Token.Id}_{second.Secret[(second.Secret.IndexOf('_', 6) + 1)..]}";

        (await _host.StatusWithTokenAsync(mixed)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task TheLastUse_IsKnownToTheMinute_AndWrittenLater()
    {
        var made = await MakeAsync(Alice, new TokenBody());
        _host.Time.Advance(TimeSpan.FromMinutes(5));
        await _host.StatusWithTokenAsync(made.Secret);

        var used = (await _host.Access.Admin.ListTokensAsync(Alice, Ct)).ShouldHaveSingleItem().LastUsedAt!.Value;
        (_host.Time.GetUtcNow() - used).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        used.Second.ShouldBe(0);
        await _host.Access.Upkeep.WorkAsync(Ct);
        using var store = await SqliteAccessStore.OpenAsync(Path.Combine(_host.Folder, "access.db"), Ct);
        (await store.LoadAsync(Ct)).Tokens.ShouldHaveSingleItem().LastUsedAt.ShouldBe(used);
    }

    [Fact]
    public async Task ATokenForAnotherSubject_TakesTheRightToChangeIt()
    {
        await _host.AddAccountAsync("bob");

        (await RefusedAsync(Alice, new TokenBody { Subject = "bob" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await RefusedAsync(Alice, new TokenBody { Subject = "admin" })).Message.ShouldBe("alice may not do this: it needs \"accounts, update, admin\" in the policy");
        (await MakeAsync(AccessHost.Admin, new TokenBody { Subject = "bob" })).Token.CreatedBy.ShouldBe("admin");
        (await RefusedAsync(AccessHost.Admin, new TokenBody { Subject = "nobody" })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await RefusedAsync(AccessHost.Admin, new TokenBody { Subject = "role:admin" })).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task ATokenOfAProjectsRole_LivesAsLongAsTheProjectStatesTheRole()
    {
        var shop = new ProjectSpec { Name = "shop", Roles = [new ProjectRole("ci", "", ["p, proj:shop:ci, applications, sync, shop/*, allow"], [])] };
        _host.State(shop);
        (await RefusedAsync(Alice, new TokenBody { Subject = "proj:shop:ci" })).Message.ShouldContain("\"projects, update, shop\"");
        (await RefusedAsync(AccessHost.Admin, new TokenBody { Subject = "proj:shop:other" })).Status.ShouldBe(HttpStatusCode.NotFound);
        var made = await MakeAsync(AccessHost.Admin, new TokenBody { Subject = "proj:shop:ci" });
        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.OK);

        _host.State(shop with { Roles = [] });

        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task ATokenThatEnds_CannotMakeOneThatLastsLonger()
    {
        var end = _host.Time.GetUtcNow().AddHours(1);
        var byToken = Alice with { Method = "token", TokenId = "x", ExpiresAt = end };

        (await RefusedAsync(byToken, new TokenBody())).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await RefusedAsync(byToken, new TokenBody { ExpiresAt = end.AddSeconds(1) })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await MakeAsync(byToken, new TokenBody { ExpiresAt = end })).Token.ExpiresAt.ShouldBe(end);
    }

    [Fact]
    public async Task AnEndInThePast_AndALongDescription_AreRefused()
    {
        (await RefusedAsync(Alice, new TokenBody { ExpiresAt = _host.Time.GetUtcNow() })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await RefusedAsync(Alice, new TokenBody { Description = new string('x', 201) })).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task TokensOfOthers_AreNeitherSeenNorRevoked()
    {
        await _host.AddAccountAsync("bob");
        var bobs = await MakeAsync(new Caller { Name = "bob", Method = "local" }, new TokenBody());

        (await _host.Access.Admin.ListTokensAsync(Alice, Ct)).ShouldBeEmpty();
        (await Should.ThrowAsync<PlumbApiException>(() => _host.Access.Admin.RevokeTokenAsync(Alice, bobs.Token.Id, Ct))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _host.Access.Admin.ListTokensAsync(AccessHost.Admin, Ct)).Select(t => t.Id).ShouldContain(bobs.Token.Id);
    }

    private Task<NewTokenRecord> MakeAsync(Caller caller, TokenBody body) => _host.Access.Admin.CreateTokenAsync(caller, body, Ct);

    private Task<PlumbApiException> RefusedAsync(Caller caller, TokenBody body) => Should.ThrowAsync<PlumbApiException>(() => MakeAsync(caller, body));
}
