namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>An authentication plugin as people have them: a small script, in a folder of its own.</summary>
internal sealed class PluginScript : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Folder { get; } = Directory.CreateTempSubdirectory("plumb-plugin-").FullName;

    public string Command => Path.Combine(Folder, "plugin");

    /// <summary>How often it ran.</summary>
    public int Runs => File.Exists(Path.Combine(Folder, "runs")) ? File.ReadAllLines(Path.Combine(Folder, "runs")).Length : 0;

    /// <summary>What it printed to <c>$HERE/NAME</c>.</summary>
    public string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);

    /// <summary>A script with this body; <c>$HERE</c> is its folder.</summary>
    public static PluginScript Of(string body)
    {
        var script = new PluginScript();
        script.Write("plugin", $"#!/bin/sh\nHERE={script.Folder}\necho run >> $HERE/runs\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(script.Command, Executable);
        return script;
    }

    /// <summary>A script that prints the token in <c>$HERE/token</c>.</summary>
    public static PluginScript Printing(string token, string expires = "", string version = "v1")
    {
        var expiry = expires.Length > 0 ? $",\"expirationTimestamp\":\"{expires}\"" : "";
        var script = Of($$$"""
            printf '{"apiVersion":"client.authentication.k8s.io/{{{version}}}","kind":"ExecCredential","status":{"token":"%s"{{{expiry}}}}}' "$(cat $HERE/token)"
            """);
        script.Write("token", token);
        return script;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
