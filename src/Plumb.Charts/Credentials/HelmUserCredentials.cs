using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Charts.Credentials;

/// <summary>
/// What the current user is signed in to: <c>helm repo add</c> (<c>repositories.yaml</c>), <c>helm registry login</c> and
/// <c>docker login</c> (<c>config.json</c>, with the credential helpers that it names). The files are read at each use, as a login in between
/// counts; what a helper said counts for a minute.
/// </summary>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="time">The clock; null for the system's.</param>
public sealed class HelmUserCredentials(Func<string, string?> variable, TimeProvider? time = null) : IChartCredentials
{
    private const string DockerHub = "docker.io";
    private const string DockerHubServer = "https://index.docker.io/v1/"; // what Docker's own tools call it
    private static readonly TimeSpan HelperMemory = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly CredentialHelper _helper = new(variable, time ?? TimeProvider.System);
    private readonly ConcurrentDictionary<(string Helper, string Server), (ChartCredential? Answer, long At)> _said = new();

    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Those of the process's user.</summary>
    public static HelmUserCredentials OfProcess => new(Environment.GetEnvironmentVariable);

    /// <inheritdoc/>
    public string? AddressOf(string name) => Repositories().FirstOrDefault(r => r["name"].AsString() == name)["url"].AsString();

    /// <inheritdoc/>
    public ChartCredential ForRepository(Uri repository)
    {
        foreach (var entry in Repositories())
        {
            if (!Uri.TryCreate(entry["url"].AsString(), UriKind.Absolute, out var url) || Bare(url) != Bare(repository)) continue;
            return new ChartCredential
            {
                Username = entry["username"].AsString() is { Length: > 0 } user ? user : null,
                Password = entry["password"].AsString(),
                PassToAllHosts = entry["pass_credentials_all"].AsBool() == true,
                CertificateAuthorityFile = NotEmpty(entry["caFile"]),
                CertificateFile = NotEmpty(entry["certFile"]),
                KeyFile = NotEmpty(entry["keyFile"]),
                SkipVerification = entry["insecure_skip_tls_verify"].AsBool() == true,
            };
        }

        return ChartCredential.Anonymous;
    }

    /// <inheritdoc/>
    public async Task<ChartCredential> ForRegistryAsync(string host, CancellationToken ct)
    {
        string[] files =
        [
            variable("HELM_REGISTRY_CONFIG") ?? Path.Combine(HelmHome, "registry", "config.json"),
            Path.Combine(variable("DOCKER_CONFIG") ?? Path.Combine(Home, ".docker"), "config.json"),
        ];
        ChartCredential? fault = null;
        foreach (var file in files)
        {
            if (Read(file) is not { } content) continue;
            var asked = HelperFor(content, host) is { } helper ? await AskAsync(helper, host == DockerHub ? DockerHubServer : host, ct) : null;
            if (asked is { Fault: null }) return asked;
            if (InRegistryFile(content, host) is { } written) return written;
            fault ??= asked;
        }

        return fault ?? ChartCredential.Anonymous;
    }

    private async Task<ChartCredential?> AskAsync(string helper, string server, CancellationToken ct)
    {
        if (_said.TryGetValue((helper, server), out var known) && _time.GetElapsedTime(known.At) < HelperMemory) return known.Answer;
        var answer = await _helper.AskAsync(helper, server, ct);
        _said[(helper, server)] = (answer, _time.GetTimestamp());
        return answer;
    }

    /// <summary><c>credHelpers</c> by server goes before <c>credsStore</c>, which is for all.</summary>
    private static string? HelperFor(byte[] content, string host)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            if (document.RootElement.TryGetProperty("credHelpers", out var helpers) && helpers.ValueKind == JsonValueKind.Object)
            {
                foreach (var entry in helpers.EnumerateObject())
                {
                    if (IsOf(entry.Name, host) && entry.Value.ValueKind == JsonValueKind.String) return entry.Value.GetString();
                }
            }

            return Text(document.RootElement, "credsStore") is { Length: > 0 } store ? store : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private IEnumerable<Node> Repositories()
    {
        var file = variable("HELM_REPOSITORY_CONFIG") ?? Path.Combine(HelmHome, "repositories.yaml");
        if (Read(file) is not { } content) return [];
        var documents = YamlReader.ReadAll(content, file, new List<Diagnostic>());
        return documents.Count == 0 ? [] : documents[0].Value["repositories"].AsList() ?? [];
    }

    private string Home => variable("HOME") ?? "";

    private string HelmHome => variable("HELM_CONFIG_HOME")
        ?? Path.Combine(variable("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : Path.Combine(Home, ".config"), "helm");

    private static ChartCredential? InRegistryFile(byte[] content, string host)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            if (!document.RootElement.TryGetProperty("auths", out var auths) || auths.ValueKind != JsonValueKind.Object) return null;
            foreach (var entry in auths.EnumerateObject())
            {
                if (!IsOf(entry.Name, host) || entry.Value.ValueKind != JsonValueKind.Object) continue;
                if (Text(entry.Value, "auth") is { Length: > 0 } auth)
                {
                    var pair = Encoding.UTF8.GetString(Convert.FromBase64String(auth));
                    if (pair.IndexOf(':') is var at and > 0)
                        return new ChartCredential { Username = pair[..at], Password = pair[(at + 1)..].TrimEnd('\0') };
                }

                if (Text(entry.Value, "username") is { Length: > 0 } user)
                    return new ChartCredential { Username = user, Password = Text(entry.Value, "password") };
            }
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            // A file that no tool could use says nothing; the registry's refusal then names the remedy.
        }

        return null;
    }

    private static bool IsOf(string name, string host) => HostOf(name) is var its && (its == host || (host == DockerHub && its == "index.docker.io"));

    private static string HostOf(string name)
    {
        var host = name.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? name[(at + 3)..] : name;
        return host.IndexOf('/') is var slash and >= 0 ? host[..slash] : host;
    }

    private static string? Text(JsonElement map, string name) =>
        map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? NotEmpty(Node node) => node.AsString() is { Length: > 0 } text ? text : null;

    private static string Bare(Uri url) => url.GetLeftPart(UriPartial.Path).TrimEnd('/');

    private static byte[]? Read(string file)
    {
        try
        {
            return File.Exists(file) && new FileInfo(file).Length <= MaxBytes ? File.ReadAllBytes(file) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
