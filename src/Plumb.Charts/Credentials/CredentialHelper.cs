using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Plumb.Charts.Credentials;

/// <summary>
/// Asks a credential helper of Docker's (<c>docker-credential-NAME get</c>). Only programs of that form of name on the <c>PATH</c> are run,
/// with little of our environment, for ten seconds at most; what they print is never shown.
/// </summary>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="time">The clock.</param>
internal sealed partial class CredentialHelper(Func<string, string?> variable, TimeProvider time)
{
    private const int MaxOutput = 64 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly HashSet<string> Passed = new(
        ["PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "TEMP", "TMP", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
            "http_proxy", "https_proxy", "no_proxy", "DOCKER_CONFIG", "DBUS_SESSION_BUS_ADDRESS", "GNUPGHOME", "PASSWORD_STORE_DIR", "SystemRoot", "PATHEXT",
            "APPDATA", "LOCALAPPDATA", "USERPROFILE", "ProgramFiles"],
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private static readonly string[] PassedPrefixes = ["LC_", "XDG_", "AWS_", "AZURE_", "GOOGLE_", "CLOUDSDK_", "OCI_"];

    /// <summary>The credential that a helper has for a server; null when it has none.</summary>
    /// <param name="name">The helper's name, as in <c>credHelpers</c>: <c>ecr-login</c>.</param>
    /// <param name="server">The server, as in <c>auths</c>.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>A credential with a <see cref="ChartCredential.Fault"/> when the helper could not be asked.</returns>
    public async Task<ChartCredential?> AskAsync(string name, string server, CancellationToken ct)
    {
        var program = $"docker-credential-{name}";
        if (!Name().IsMatch(name)) return Failed($"the name \"{name}\" of a credential helper is refused: letters, digits, dots, dashes and underscores are expected");
        if (Find(program) is not { } file) return Failed($"the credential helper {program} is not on the PATH; install it, or remove it from config.json");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = time.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), limit, Timeout, System.Threading.Timeout.InfiniteTimeSpan);
        try
        {
            var (code, output) = await RunAsync(file, server, limit.Token);
            return code == 0 ? Read(output, program) : IsNone(output) ? null : Failed($"the credential helper {program} failed with exit code {code} for {server}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failed($"the credential helper {program} did not answer within {Timeout.TotalSeconds:0} s and was stopped");
        }
        catch (InvalidDataException)
        {
            return Failed($"the credential helper {program} printed more than {MaxOutput} bytes and was stopped");
        }
        catch (Exception fault) when (fault is Win32Exception or IOException or InvalidOperationException)
        {
            return Failed($"the credential helper {program} cannot be run: {fault.Message}");
        }
    }

    private static ChartCredential Failed(string why) => new() { Fault = why };

    private static bool IsNone(string output) => output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase);

    private static ChartCredential? Read(string output, string program)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var user = document.RootElement.TryGetProperty("Username", out var name) ? name.GetString() : null;
            var secret = document.RootElement.TryGetProperty("Secret", out var text) ? text.GetString() : null;
            if (user == "<token>") return Failed($"the credential helper {program} gives an identity token, which is not supported here; sign in with a password or access token");
            return user is { Length: > 0 } ? new ChartCredential { Username = user, Password = secret } : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return Failed($"the answer of the credential helper {program} cannot be read");
        }
    }

    private string? Find(string program)
    {
        var names = OperatingSystem.IsWindows() ? (string[])[program + ".exe", program + ".cmd"] : [program];
        return (variable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified)
            .SelectMany(d => names.Select(n => Path.Combine(d, n))).FirstOrDefault(File.Exists);
    }

    private static async Task<(int Code, string Output)> RunAsync(string file, string server, CancellationToken ct)
    {
        var start = new ProcessStartInfo(file, ["get"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(n => !Passed.Contains(n) && !PassedPrefixes.Any(p => n.StartsWith(p, StringComparison.Ordinal))).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("it did not start");
        try
        {
            var output = ReadAsync(process.StandardOutput, ct);
            var error = ReadAsync(process.StandardError, ct);
            await TellAsync(process.StandardInput, server, ct);
            await Task.WhenAll(output, error);
            await process.WaitForExitAsync(ct);
            // Helpers say that they have none on either.
            return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await error);
        }
        finally
        {
            Stop(process);
        }
    }

    private static async Task TellAsync(StreamWriter input, string server, CancellationToken ct)
    {
        try
        {
            await input.WriteAsync(server.AsMemory(), ct);
            input.Close();
        }
        catch (IOException)
        {
            // It ends without listening; what it printed counts.
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken ct)
    {
        var text = new StringBuilder();
        var chunk = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(chunk, ct)) > 0)
        {
            if (text.Length + read > MaxOutput) throw new InvalidDataException();
            text.Append(chunk, 0, read);
        }

        return text.ToString();
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

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._\-]{0,100}\z")]
    private static partial Regex Name();
}
