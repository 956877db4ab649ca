using Plumb.Git.Addresses;

namespace Plumb.Git.Transport;

/// <summary>What one repository needs to be reached: git's arguments, its environment, and the secrets to keep out of texts.</summary>
internal sealed record Access(
    IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Environment, IReadOnlyList<string> Secrets)
{
    /// <summary>Not a variable: tells <see cref="GitEnvironment"/> that the user's own configuration may be used.</summary>
    public const string SystemHelpersMark = "PLUMB_ALLOW_SYSTEM_HELPERS";

    /// <summary>The access to a repository with what the credentials and its own address give.</summary>
    public static Access To(RepositoryUrl url, GitCredential? credential, string? proxy, string askPass)
    {
        var arguments = new List<string>();
        var environment = new List<KeyValuePair<string, string>>();
        var secrets = new List<string>();
        var system = credential?.AllowSystemHelpers == true;
        if (system) environment.Add(new(SystemHelpersMark, "1"));
        else arguments.AddRange(["-c", "credential.helper="]);
        if (proxy is not null) environment.Add(new("ALL_PROXY", proxy));

        if (url.Scheme is "https" or "http") AddWeb(url, credential, system, askPass, environment, secrets);
        if (url.Scheme == "ssh") AddSsh(credential, system, environment);
        return new Access(arguments, environment, secrets);
    }

    private static void AddWeb(
        RepositoryUrl url, GitCredential? credential, bool system, string askPass,
        List<KeyValuePair<string, string>> environment, List<string> secrets)
    {
        if (credential?.CertificateAuthorityFile is { } authorities) environment.Add(new("GIT_SSL_CAINFO", authorities));
        var user = url.User ?? credential?.Username;
        var password = url.Password ?? credential?.Password;
        if (password is null && url.User is not null)
        {
            // https://TOKEN@host: git repeats the user name in its question, an argument all can see, so it is sent as the password.
            password = url.User;
            user = null;
        }
        if (password is null)
        {
            if (!system) environment.Add(new("GIT_ASKPASS", "/bin/false"));
            return;
        }
        secrets.Add(password);
        environment.Add(new("GIT_ASKPASS", askPass));
        environment.Add(new(AskPass.HostVariable, url.Host + (url.Port is { } port ? ":" + port : "")));
        environment.Add(new(AskPass.UserVariable, user ?? "git"));
        environment.Add(new(AskPass.PasswordVariable, password));
    }

    private static void AddSsh(GitCredential? credential, bool system, List<KeyValuePair<string, string>> environment)
    {
        var command = new List<string>
        {
            "ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15",
            "-o", "ServerAliveCountMax=3", "-o", "ForwardAgent=no", "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no",
        };
        if (!system) command.AddRange(["-F", "/dev/null", "-o", "IdentityAgent=none", "-o", "IdentitiesOnly=yes"]);
        if (credential?.SshKeyFile is { } key) command.AddRange(["-o", "IdentitiesOnly=yes", "-i", key]);
        else if (!system) command.AddRange(["-o", "IdentityFile=none"]);
        if (credential?.KnownHostsFile is { } hosts || !system)
        {
            var file = credential?.KnownHostsFile ?? "/dev/null";
            command.AddRange(["-o", "UserKnownHostsFile=" + SshQuoted(file), "-o", "GlobalKnownHostsFile=/dev/null"]);
        }
        environment.Add(new("GIT_SSH_COMMAND", string.Join(' ', command.Select(ShellQuoted))));
        environment.Add(new("GIT_SSH_VARIANT", "ssh"));
    }

    private static string ShellQuoted(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string SshQuoted(string path) => path.Contains(' ') ? "\"" + path + "\"" : path;
}
