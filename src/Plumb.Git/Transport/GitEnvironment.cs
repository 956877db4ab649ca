using System.Diagnostics;

namespace Plumb.Git.Transport;

/// <summary>The environment git runs in: an allow list of ours plus settings that keep it quiet, local and harmless.</summary>
internal static class GitEnvironment
{
    private static readonly string[] Passed =
    [
        "PATH", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "CURL_CA_BUNDLE",
    ];

    private static readonly string[] PassedToHelpers =
    [
        "HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "GNUPGHOME",
    ];

    /// <summary>Settings every run gets on the command line: nothing in the background, no hooks, no prompting helpers.</summary>
    public static IReadOnlyList<string> Settings { get; } =
    [
        "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false",
        "-c", "protocol.version=2", "-c", "advice.detachedHead=false", "-c", "fetch.recurseSubmodules=false",
    ];

    public static void Fill(ProcessStartInfo start, string home, bool allowSystemHelpers)
    {
        var environment = start.Environment;
        environment.Clear();
        Copy(environment, Passed);
        if (allowSystemHelpers)
        {
            Copy(environment, PassedToHelpers);
        }
        else
        {
            environment["HOME"] = home;
            environment["GIT_CONFIG_NOSYSTEM"] = "1";
            environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        }
        environment["LC_ALL"] = "C"; // the messages are read by GitFailure
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_ALLOW_PROTOCOL"] = "https:http:ssh:file";
        environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        environment["GIT_NO_LAZY_FETCH"] = "1";
        environment["GIT_OPTIONAL_LOCKS"] = "0";
        environment["GIT_ADVICE"] = "0";
    }

    private static void Copy(IDictionary<string, string?> environment, string[] names)
    {
        foreach (var name in names)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) environment[name] = value;
        }
    }
}
