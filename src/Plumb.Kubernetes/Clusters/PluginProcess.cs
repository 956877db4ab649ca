using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// Runs an authentication plugin once: bounded in time and output, without a terminal, and with only those of our variables that such
/// programs need, so that it does not see what else this process was given.
/// </summary>
internal static class PluginProcess
{
    private const int MaxOutput = 1024 * 1024;
    private const int MaxWords = 300;

    private static readonly HashSet<string> Passed = new(
        [
            "PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "SSL_CERT_FILE", "SSL_CERT_DIR",
            "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
            "SystemRoot", "PATHEXT", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "ProgramFiles",
        ],
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    // Settings of the cloud vendors' own credential programs, which are what the plugins mostly are.
    private static readonly string[] PassedPrefixes = ["LC_", "XDG_", "AWS_", "AZURE_", "AAD_", "GOOGLE_", "CLOUDSDK_", "OCI_", "DIGITALOCEAN_"];

    /// <summary>Its standard output.</summary>
    /// <exception cref="CredentialException">It cannot be started, failed, printed too much, or took too long.</exception>
    public static async Task<string> RunAsync(ExecPlugin plugin, TimeProvider time, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(plugin.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        using var process = Start(plugin);
        try
        {
            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput, MaxOutput, linked.Token);
            var error = ReadAsync(process.StandardError, MaxOutput, linked.Token);
            await Task.WhenAll(output, error);
            await process.WaitForExitAsync(linked.Token);
            if (process.ExitCode == 0) return await output;
            var words = LastWords(await error);
            throw Fault(
                plugin, string.Create(CultureInfo.InvariantCulture, $"failed with exit code {process.ExitCode}{(words.Length > 0 ? ": " + words : "")}"));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Fault(plugin, string.Create(CultureInfo.InvariantCulture, $"did not end within {plugin.Timeout.TotalSeconds:0.#} s and was stopped"));
        }
        catch (InvalidDataException)
        {
            throw Fault(plugin, $"printed more than {MaxOutput} bytes and was stopped");
        }
        finally
        {
            Stop(process);
        }
    }

    /// <summary>A fault of the plugin in words, with the hint its owner wrote.</summary>
    public static CredentialException Fault(ExecPlugin plugin, string what) =>
        new($"the authentication plugin \"{plugin.Command}\" {what}{(plugin.InstallHint.Length > 0 ? ". " + plugin.InstallHint.Trim() : "")}");

    private static Process Start(ExecPlugin plugin)
    {
        var start = new ProcessStartInfo(plugin.Command, plugin.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(n => !IsPassed(n)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in plugin.Environment) start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = Request(plugin);
        try
        {
            return Process.Start(start) ?? throw Fault(plugin, "cannot be started");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw Fault(plugin, $"cannot be started: {(e is Win32Exception { NativeErrorCode: 2 } ? "there is no such program" : e.Message)}");
        }
    }

    private static bool IsPassed(string name) =>
        Passed.Contains(name) || PassedPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal));

    private static string Request(ExecPlugin plugin)
    {
        var spec = new MapNode { ["interactive"] = false };
        if (plugin.ClusterInfo is { } cluster) spec["cluster"] = Json.Parse(cluster);
        return Json.WriteText(new MapNode { ["kind"] = "ExecCredential", ["apiVersion"] = plugin.ApiVersion, ["spec"] = spec });
    }

    private static async Task<string> ReadAsync(StreamReader reader, int limit, CancellationToken ct)
    {
        var text = new StringBuilder();
        var chunk = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(chunk, ct)) > 0)
        {
            if (text.Length + read > limit) throw new InvalidDataException();
            text.Append(chunk, 0, read);
        }

        return text.ToString();
    }

    /// <summary>The last line that says something: programs print the reason at the end.</summary>
    private static string LastWords(string text)
    {
        var line = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        return line.Length <= MaxWords ? line : line[..MaxWords] + "…";
    }

    private static void Stop(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // ended by itself meanwhile
        }
    }
}
