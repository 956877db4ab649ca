using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Kinds;

/// <summary>ConfigMap and Secret.</summary>
internal static class ConfigRules
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly (string Type, string[] Keys)[] RequiredKeys =
    [
        ("kubernetes.io/dockercfg", [".dockercfg"]),
        ("kubernetes.io/dockerconfigjson", [".dockerconfigjson"]),
        ("kubernetes.io/ssh-auth", ["ssh-privatekey"]),
        ("kubernetes.io/tls", ["tls.crt", "tls.key"]),
    ];

    public static void DefaultSecret(KubeObject secret)
    {
        var root = secret.Root;
        if (root["stringData"].AsMap() is { } plain)
        {
            if (plain.Count > 0)
            {
                var data = root.GetOrAddMap("data");
                foreach (var (key, value) in plain) data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text()));
            }
        }

        // Write-only: never stored.
        root.Remove("stringData");
        if (root["type"].IsEmpty()) root["type"] = "Opaque";
    }

    public static void ValidateSecret(KubeObject secret, Faults faults)
    {
        var data = secret.Root["data"];
        long size = 0;
        foreach (var (key, value) in data.Entries())
        {
            faults.Invalid($"data[{key}]", key, Formats.ConfigKey(key));
            size += value.Text().Length * 3L / 4;
        }

        if (size > MaxBytes) faults.TooLong("data", MaxBytes);
        var type = secret.Root["type"].Text();
        foreach (var (known, keys) in RequiredKeys)
        {
            if (type != known) continue;
            foreach (var key in keys)
            {
                if (data[key].IsNullOrAbsent) faults.Required($"data[{key}]");
            }
        }

        foreach (var key in (ReadOnlySpan<string>)[".dockerconfigjson", ".dockercfg"])
        {
            if (!type.EndsWith(key[1..], StringComparison.Ordinal) || data[key].AsString() is not { } config) continue;
            if (GoJsonSyntax.Problem(FromBase64(config)) is { } problem)
                faults.Invalid($"data[{key}]", "<secret contents redacted>", problem);
        }

        if (type == "kubernetes.io/service-account-token" && string.IsNullOrEmpty(secret.Annotation("kubernetes.io/service-account.name")))
        {
            faults.Required("metadata.annotations[kubernetes.io/service-account.name]");
        }

        if (type == "kubernetes.io/basic-auth" && data["username"].IsNullOrAbsent && data["password"].IsNullOrAbsent)
        {
            faults.Required("data[username]");
            faults.Required("data[password]");
        }
    }

    private static byte[] FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : [];
    }

    public static void ValidateSecretUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        if (old.Root["type"] != updated.Root["type"]) faults.Invalid("type", updated.Root["type"], "field is immutable");
        ValidateImmutable(old, updated, ["data"], faults);
    }

    public static void ValidateConfigMap(KubeObject configMap, Faults faults)
    {
        long size = 0;
        foreach (var (key, value) in configMap.Root["data"].Entries())
        {
            faults.Invalid($"data[{key}]", key, Formats.ConfigKey(key));
            if (configMap.Root["binaryData"].AsMap()?.ContainsKey(key) is true)
            {
                faults.Invalid($"data[{key}]", key, $"duplicate of key present in binaryData");
            }

            size += Encoding.UTF8.GetByteCount(value.Text());
        }

        foreach (var (key, value) in configMap.Root["binaryData"].Entries())
        {
            faults.Invalid($"binaryData[{key}]", key, Formats.ConfigKey(key));
            size += value.Text().Length * 3L / 4;
        }

        if (size > MaxBytes) faults.TooLong("[]", MaxBytes);
    }

    public static void ValidateConfigMapUpdate(KubeObject old, KubeObject updated, Faults faults) =>
        ValidateImmutable(old, updated, ["data", "binaryData"], faults);

    private static void ValidateImmutable(KubeObject old, KubeObject updated, ReadOnlySpan<string> fields, Faults faults)
    {
        if (old.Root["immutable"].AsBool() is not true) return;
        if (updated.Root["immutable"].AsBool() is not true) faults.Forbidden("immutable", "field is immutable when `immutable` is set");
        foreach (var field in fields)
        {
            if (!Documents.Same(old.Root[field], updated.Root[field]))
                faults.Forbidden(field, "field is immutable when `immutable` is set");
        }
    }
}
