using Microsoft.Extensions.Time.Testing;
using Plumb.Charts.Credentials;

namespace Plumb.Charts.Tests.Credentials;

/// <summary>Credential helpers that a <c>config.json</c> names.</summary>
public sealed class CredentialHelperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-helpers-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AHelperForAServer_GoesBeforeTheOneForAll_AndBothBeforeTheFile()
    {
        Helper("one", "read server; echo \"{\\\"Username\\\":\\\"$server\\\",\\\"Secret\\\":\\\"s1\\\"}\"");
        Helper("all", "echo '{\"Username\":\"all\",\"Secret\":\"s2\"}'");
        Config("""{"credHelpers":{"one.example.com":"one"},"credsStore":"all","auths":{"two.example.com":{"auth":"ZmlsZTpzMw=="}}}""");

        (await AskAsync("one.example.com")).ShouldBe(new ChartCredential { Username = "one.example.com", Password = "s1" });
        (await AskAsync("two.example.com")).Username.ShouldBe("all");
    }

    [Fact]
    public async Task DockerHub_IsAskedForByItsOldAddress()
    {
        Helper("hub", "read server; echo \"{\\\"Username\\\":\\\"$server\\\",\\\"Secret\\\":\\\"s\\\"}\"");
        Config("""{"credsStore":"hub"}""");

        (await AskAsync("docker.io")).Username.ShouldBe("https://index.docker.io/v1/");
    }

    [Fact]
    public async Task AHelperThatHasNone_LeavesItToTheFile()
    {
        Helper("empty", "echo 'credentials not found in native keychain'; exit 1");
        Config("""{"credsStore":"empty","auths":{"two.example.com":{"auth":"ZmlsZTpzMw=="}}}""");

        (await AskAsync("two.example.com")).Username.ShouldBe("file");
        (await AskAsync("other.example.com")).ShouldBe(ChartCredential.Anonymous);
    }

    [Theory]
    [InlineData("gone", "docker-credential-gone is not on the PATH")]
    [InlineData("../../bin/sh", "the name \"../../bin/sh\" of a credential helper is refused")]
    [InlineData("broken", "docker-credential-broken failed with exit code 3")]
    [InlineData("babble", "the answer of the credential helper docker-credential-babble cannot be read")]
    [InlineData("token", "gives an identity token")]
    public async Task AHelperThatCannotBeAsked_IsAFault_WithNothingOfWhatItPrinted(string name, string words)
    {
        Helper("broken", "echo 'the secret is hunter-2' >&2; exit 3");
        Helper("babble", "echo 'hunter-2'");
        Helper("token", "echo '{\"Username\":\"<token>\",\"Secret\":\"hunter-2\"}'");
        Config($$"""{"credsStore":"{{name}}"}""");

        var credential = await AskAsync("one.example.com");

        credential.Username.ShouldBeNull();
        credential.Fault!.ShouldContain(words);
        credential.Fault!.ShouldNotContain("hunter-2");
    }

    [Fact]
    public async Task AHelperThatDoesNotAnswer_IsStopped()
    {
        Helper("slow", $"touch '{_folder}/begun'; sleep 600");
        Config("""{"credsStore":"slow"}""");
        var time = new FakeTimeProvider();
        var asked = AskAsync("one.example.com", time);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!File.Exists(Path.Combine(_folder, "begun"))) await looks.WaitForNextTickAsync(Ct);
        time.Advance(TimeSpan.FromSeconds(11));

        (await asked).Fault!.ShouldContain("did not answer within 10 s and was stopped");
    }

    [Fact]
    public async Task WhatAHelperSaid_CountsForAMinute()
    {
        Helper("count", $"echo x >> '{_folder}/asked'; echo '{{\"Username\":\"u\",\"Secret\":\"s\"}}'");
        Config("""{"credsStore":"count"}""");
        var time = new FakeTimeProvider();
        var credentials = new HelmUserCredentials(Variable, time);
        for (var i = 0; i < 3; i++) await credentials.ForRegistryAsync("one.example.com", Ct);
        File.ReadAllLines(Path.Combine(_folder, "asked")).Length.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(2));
        await credentials.ForRegistryAsync("one.example.com", Ct);
        File.ReadAllLines(Path.Combine(_folder, "asked")).Length.ShouldBe(2);
    }

    private Task<ChartCredential> AskAsync(string host, TimeProvider? time = null) => new HelmUserCredentials(Variable, time).ForRegistryAsync(host, Ct);

    private string? Variable(string name) => name switch
    {
        "PATH" => _folder,
        "DOCKER_CONFIG" or "HOME" => _folder,
        _ => null,
    };

    private void Config(string json) => File.WriteAllText(Path.Combine(_folder, "config.json"), json);

    private void Helper(string name, string script)
    {
        var file = Path.Combine(_folder, "docker-credential-" + name);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
