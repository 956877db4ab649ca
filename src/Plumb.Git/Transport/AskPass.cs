using System.Text;

namespace Plumb.Git.Transport;

/// <summary>
/// The little program git asks for user name and password. The answers are in its environment (readable by this user only), never in
/// an argument, and are given only for the host they are meant for: a redirect to another host gets none.
/// </summary>
internal static class AskPass
{
    public const string HostVariable = "PLUMB_ASKPASS_HOST";
    public const string UserVariable = "PLUMB_ASKPASS_USER";
    public const string PasswordVariable = "PLUMB_ASKPASS_PASSWORD";

    private const string Script =
        """
        #!/bin/sh
        # Answers git's questions "Username for 'https://host': " and "Password for 'https://user@host': ".
        case "$1" in
          *"//$PLUMB_ASKPASS_HOST'"*|*"@$PLUMB_ASKPASS_HOST'"*) ;;
          *) exit 1 ;;
        esac
        case "$1" in
          Username*) printf '%s\n' "$PLUMB_ASKPASS_USER" ;;
          Password*) printf '%s\n' "$PLUMB_ASKPASS_PASSWORD" ;;
          *) exit 1 ;;
        esac

        """;

    /// <summary>Writes the script into a folder unless it is there, and returns its path.</summary>
    public static string Install(string folder)
    {
        var path = Path.Combine(folder, "askpass");
        if (File.Exists(path) && File.ReadAllText(path) == Script) return path;
        var temporary = path + "." + Guid.NewGuid().ToString("N");
        File.WriteAllText(temporary, Script, new UTF8Encoding(false));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(temporary, path, overwrite: true);
        return path;
    }
}
