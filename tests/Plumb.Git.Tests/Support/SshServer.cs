using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Plumb.Git.Tests.Support;

/// <summary>A real sshd on a free loopback port, as the current user, that accepts one key.</summary>
public sealed class SshServer : IAsyncDisposable
{
    private readonly Process _process;

    private SshServer(Process process, int port, string folder)
    {
        _process = process;
        Port = port;
        KeyFile = Path.Combine(folder, "client");
        KnownHostsFile = Path.Combine(folder, "known_hosts");
        OtherKeyFile = Path.Combine(folder, "other");
    }

    public int Port { get; }

    public string KeyFile { get; }

    public string OtherKeyFile { get; }

    public string KnownHostsFile { get; }

    public string Url(string path) => $"ssh://{Environment.UserName}@127.0.0.1:{Port}{path}";

    public static async Task<SshServer> StartAsync(string root)
    {
        const string Program = "/usr/sbin/sshd";
        if (!File.Exists(Program)) throw new InvalidOperationException("This test needs an SSH server: run eng/setup-tests.sh");
        var folder = Path.Combine(root, "ssh");
        Directory.CreateDirectory(folder);
        foreach (var key in (string[])["host", "client", "other"]) Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, key));
        File.Copy(Path.Combine(folder, "client.pub"), Path.Combine(folder, "authorized_keys"));
        if (Environment.UserName == "root" && !Directory.Exists("/run/sshd")) Directory.CreateDirectory("/run/sshd"); // sshd insists
        for (var attempt = 0; ; attempt++)
        {
            var port = FreePort();
            File.WriteAllText(Path.Combine(folder, "sshd_config"),
                $"""
                Port {port}
                ListenAddress 127.0.0.1
                HostKey {folder}/host
                PidFile none
                AuthorizedKeysFile {folder}/authorized_keys
                StrictModes no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                UsePAM no
                PermitRootLogin yes
                LogLevel ERROR

                """);
            var hostKey = File.ReadAllText(Path.Combine(folder, "host.pub")).Split(' ');
            File.WriteAllText(Path.Combine(folder, "known_hosts"), $"[127.0.0.1]:{port} {hostKey[0]} {hostKey[1]}\n");
            var process = Process.Start(new ProcessStartInfo(Program)
            {
                ArgumentList = { "-D", "-e", "-f", Path.Combine(folder, "sshd_config") },
                RedirectStandardError = true,
            })!;
            try
            {
                await Eventually.HoldsAsync(() => process.HasExited || Answers(port), "sshd answers");
                if (!process.HasExited) return new SshServer(process, port, folder);
            }
            catch (TimeoutException)
            {
                process.Kill(true);
            }
            if (attempt == 3) throw new InvalidOperationException("sshd does not start: " + await process.StandardError.ReadToEndAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} failed");
    }
}
