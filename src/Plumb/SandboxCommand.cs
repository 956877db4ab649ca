using System.CommandLine;
using Microsoft.Extensions.Logging;
using Plumb.Commands.Terminals;
using Plumb.Sandbox;

namespace Plumb.Commands;

/// <summary><c>plumb sandbox</c>: the embedded Kubernetes API server on its own.</summary>
internal static class SandboxCommand
{
    public static Command Create(Terminal terminal)
    {
        var port = new Option<int>("--port") { Description = "TCP port on 127.0.0.1; 0 takes a free one", DefaultValueFactory = _ => 0 };
        var kubeconfig = new Option<string?>("--write-kubeconfig") { Description = "File to write the kubeconfig to; without it, it is printed", HelpName = "FILE" };
        var data = new Option<string?>("--data") { Description = "SQLite file that keeps all objects; without it, they are in memory", HelpName = "FILE" };
        var command = new DocumentedCommand(
            "sandbox", "Run a Kubernetes-compatible API server in memory, for trying things out. It is no cluster: nothing really runs in it.")
        {
            Examples = """
                plumb sandbox --port 6440 --write-kubeconfig sandbox.yaml &
                kubectl --kubeconfig sandbox.yaml create deployment web --image=nginx
                """,
        };
        command.Add(port);
        command.Add(kubeconfig);
        command.Add(data);
        command.SetAction((parsed, ct) => RunAsync(
            terminal,
            new SandboxOptions { Port = Ports.Check(parsed.GetValue(port)), DataFile = parsed.GetValue(data) },
            parsed.GetValue(kubeconfig),
            parsed.GetValue(PlumbCommand.Verbose),
            ct));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, SandboxOptions options, string? kubeconfig, bool verbose, CancellationToken ct)
    {
        using var loggers = ConsoleLog.Factory(terminal, verbose ? LogLevel.Debug : LogLevel.Warning);
        await using var sandbox = await SandboxServer.StartAsync(options with { Logging = loggers }, ct);
        if (kubeconfig is null)
        {
            terminal.Out.Write(sandbox.Kubeconfig);
        }
        else
        {
            await PrivateFile.WriteAsync(kubeconfig, sandbox.Kubeconfig, ct);
            terminal.Out.WriteLine($"sandbox API server at {sandbox.Url}; kubeconfig in {kubeconfig}");
        }

        await terminal.Out.FlushAsync(ct);
        terminal.Note(options.DataFile is null
            ? "Ctrl-C stops it; its state is in memory and goes with it."
            : $"Ctrl-C stops it; its state stays in {options.DataFile}.");
        await Waiting.ForEndAsync(ct);
        return ExitCode.Ok;
    }
}
