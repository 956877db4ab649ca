using Plumb.Charts.Tests.Support;
using Plumb.EndToEnd.Tests.Support;

namespace Plumb.EndToEnd.Tests;

/// <summary><c>plumb helm template --verify</c>, with keys and signatures of the real GnuPG.</summary>
public sealed class HelmTemplateVerifyTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-keys-").FullName;

    private string Chart => Path.Combine(_folder, "web-1.0.0.tgz");

    private string Keyring => Path.Combine(_folder, "pubring.gpg");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var archive = Packed.Chart("web", "1.0.0");
        await File.WriteAllBytesAsync(Chart, archive, Ct);
        await GpgAsync("--passphrase", "", "--quick-gen-key", "Ada <ada@example.com>", "rsa2048", "sign", "never");
        await GpgAsync("--output", Keyring, "--export", "ada@example.com");
        await SignAsync($"name: web\nversion: 1.0.0\n- dashed\n\n...\nfiles:\n  web-1.0.0.tgz: sha256:{Packed.Digest(archive)}\n");
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync("gpgconf", ["--homedir", _folder, "--kill", "all"]);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task ASignedArchive_IsRendered()
    {
        var ended = await TemplateAsync(Chart);

        ended.ExitCode.ShouldBe(0, ended.ToString());
        ended.Output.ShouldContain("# Source: web/templates/map.yaml");
    }

    [Fact]
    public async Task AnArchive_ThatIsNotTheSignedOne_IsRefused()
    {
        await File.WriteAllBytesAsync(Chart, Packed.Chart("web", "1.0.0", ("web/more.txt", "x")), Ct);
        await RefusedAsync("sha256 sum does not match for web-1.0.0.tgz");
    }

    [Fact]
    public async Task AText_ThatIsNotTheSignedOne_IsRefused()
    {
        var archive = Packed.Chart("web", "1.0.0", ("web/more.txt", "x"));
        var before = Packed.Digest(await File.ReadAllBytesAsync(Chart, Ct));
        await File.WriteAllBytesAsync(Chart, archive, Ct);
        await File.WriteAllTextAsync(Chart + ".prov", (await File.ReadAllTextAsync(Chart + ".prov", Ct)).Replace(before, Packed.Digest(archive), StringComparison.Ordinal), Ct);
        await RefusedAsync("openpgp: invalid signature");
    }

    [Fact]
    public async Task ASigner_WhomNobodyKnows_IsRefused()
    {
        await GpgAsync("--passphrase", "", "--quick-gen-key", "Eve <eve@example.com>", "rsa2048", "sign", "never");
        File.Delete(Keyring);
        await GpgAsync("--output", Keyring, "--export", "eve@example.com");
        await RefusedAsync("openpgp: signature made by unknown entity");
    }

    [Fact]
    public async Task WhatIsMissing_IsSaid()
    {
        File.Delete(Chart + ".prov");
        await RefusedAsync($"could not load provenance file {Chart}.prov");
        await File.WriteAllTextAsync(Chart + ".prov", "not signed\n", Ct);
        await RefusedAsync("signature block not found");
        await SignAsync("name: web\n\n...\nfiles:\n  other-1.0.0.tgz: sha256:0\n");
        await RefusedAsync("provenance does not contain a SHA for a file named \"web-1.0.0.tgz\"");
        File.Delete(Keyring);
        await RefusedAsync("failed to load keyring");
        (await TemplateAsync(_folder)).Error.ShouldContain("Error: unpacked charts cannot be verified");
    }

    private Task<Shell.Outcome> TemplateAsync(string chart) =>
        Shell.RunAsync("dotnet", [Clone.Command, "helm", "template", chart, "--verify", "--keyring", Keyring], ct: Ct);

    private async Task RefusedAsync(string words)
    {
        var ended = await TemplateAsync(Chart);
        ended.ExitCode.ShouldBe(1, ended.ToString());
        ended.Error.ShouldContain(words);
    }

    private async Task SignAsync(string text)
    {
        var file = Path.Combine(_folder, "text");
        await File.WriteAllTextAsync(file, text, Ct);
        await GpgAsync("--yes", "--passphrase", "", "--local-user", "ada@example.com", "--output", Chart + ".prov", "--clear-sign", file);
    }

    private async Task GpgAsync(params string[] arguments) =>
        (await Shell.RunAsync("gpg", ["--homedir", _folder, "--batch", "--pinentry-mode", "loopback", .. arguments], ct: Ct)).MustSucceed();
}
