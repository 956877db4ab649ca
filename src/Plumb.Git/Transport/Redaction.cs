using Plumb.Git.Addresses;

namespace Plumb.Git.Transport;

/// <summary>Takes secrets out of texts.</summary>
internal static class Redaction
{
    /// <summary>The text without any of the secrets, in plain or percent-encoded form, and without user information in addresses.</summary>
    public static string Remove(string text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret.Length == 0) continue;
            text = text.Replace(secret, "***", StringComparison.Ordinal);
            var escaped = Uri.EscapeDataString(secret);
            if (escaped != secret) text = text.Replace(escaped, "***", StringComparison.OrdinalIgnoreCase);
        }
        return RepositoryUrl.Redact(text);
    }
}
