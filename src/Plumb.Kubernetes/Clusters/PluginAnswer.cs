using System.Globalization;
using System.Text.Json;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Clusters;

/// <summary>What a plugin printed.</summary>
/// <param name="Token">Bearer token; null for none.</param>
/// <param name="Certificate">Client certificate; null for none.</param>
/// <param name="ExpiresAt">When it is good no more; null: not said.</param>
internal sealed record PluginAnswer(string? Token, PemPair? Certificate, DateTimeOffset? ExpiresAt)
{
    /// <summary>Reads an ExecCredential.</summary>
    /// <exception cref="CredentialException">It is none. What was printed is not repeated: it may hold a secret.</exception>
    public static PluginAnswer Read(ExecPlugin plugin, string text)
    {
        Node answer;
        try
        {
            answer = Json.Parse(text);
        }
        catch (JsonException)
        {
            throw PluginProcess.Fault(plugin, text.Trim().Length == 0 ? "printed nothing" : "printed something that is not JSON");
        }

        if (answer["kind"].AsString() != "ExecCredential") throw PluginProcess.Fault(plugin, "printed no ExecCredential");
        if (answer["apiVersion"].AsString() is var version && version != plugin.ApiVersion)
            throw PluginProcess.Fault(plugin, $"answered in {version ?? "no version"}, but is configured to speak {plugin.ApiVersion}");

        var status = answer["status"];
        var token = Text(status["token"]);
        var certificate = Text(status["clientCertificateData"]);
        var key = Text(status["clientKeyData"]);
        if (certificate is null != key is null)
            throw PluginProcess.Fault(plugin, "printed a client certificate without its key, or a key without its certificate");
        if (token is null && certificate is null) throw PluginProcess.Fault(plugin, "printed neither a token nor a client certificate");
        return new PluginAnswer(token, certificate is null ? null : new PemPair(certificate, key!), Expiry(plugin, status["expirationTimestamp"]));
    }

    private static DateTimeOffset? Expiry(ExecPlugin plugin, Node value)
    {
        if (Text(value) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw PluginProcess.Fault(plugin, "printed an expirationTimestamp that is no time");
    }

    private static string? Text(Node value) => value.AsString() is { Length: > 0 } text ? text : null;

    /// <summary>Says nothing: it is a secret.</summary>
    public override string ToString() => nameof(PluginAnswer);
}
