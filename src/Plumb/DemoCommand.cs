using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Plumb.Commands.Demo;
using Plumb.Commands.OneShot;
using Plumb.Commands.Terminals;
using Plumb.Sandbox;
using Plumb.Server;
using Plumb.Server.Composition;

namespace Plumb.Commands;

/// <summary><c>plumb demo</c>: everything at once on this machine, a Git repository, a cluster and the server, to play with.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);

    public static Command Create(Terminal terminal)
    {
        var once = new Option<bool>("--once") { Description = "End when the applications are where they should be, with a summary" };
        var port = new Option<int>("--port") { Description = "Port of the server's API; another free one when it is taken", DefaultValueFactory = _ => ServerOptions.DefaultPort };
        var sandboxPort = new Option<int>("--sandbox-port") { Description = "Port of the sandbox cluster; 0 takes a free one", DefaultValueFactory = _ => 0 };
        var command = new DocumentedCommand(
            "demo", "See Plumb at work: makes a Git repository and a sandbox cluster, delivers the one to the other, and says what to try.")
        {
            Examples = """
                plumb demo
                plumb demo --once
                """,
            Outcomes = ("every application got where it should", "one did not (with --once)"),
        };
        command.Add(once);
        command.Add(port);
        command.Add(sandboxPort);
        command.SetAction((parsed, ct) => RunAsync(
            terminal,
            new DemoSettings(parsed.GetValue(once), Ports.Check(parsed.GetValue(port)), Ports.Check(parsed.GetValue(sandboxPort)),
                parsed.GetValue(PlumbCommand.Verbose)),
            ct));
        return command;
    }

    private sealed record DemoSettings(bool Once, int Port, int SandboxPort, bool Verbose);

    private static async Task<int> RunAsync(Terminal terminal, DemoSettings settings, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        using var scratch = new TemporaryFolder();
        var repository = Directory.CreateDirectory(scratch.File("demo")).FullName;
        var kubeconfig = scratch.File("kubeconfig");
        var log = new ConsoleLog(terminal, settings.Verbose ? LogLevel.Debug : LogLevel.Error, TimeProvider.System);

        var committed = DemoRepository.CreateAsync(repository, ct);
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Port = settings.SandboxPort }, ct);
        await PrivateFile.WriteAsync(kubeconfig, sandbox.Kubeconfig, ct);
        await committed;

        var port = settings.Port;
        if (!Ports.IsFree(port))
        {
            terminal.Note($"port {port} is taken; the server gets a free one");
            port = 0;
        }

        var options = new ServerOptions
        {
            Engine = new EngineOptions
            {
                DataFolder = scratch.File("data"),
                Kubeconfig = kubeconfig,
                RepositoryMap = [$"{DemoRepository.Address}={repository}"],
                PollInterval = PollInterval,
                PollJitter = TimeSpan.Zero,
            },
            Root = new RootAddress(DemoRepository.Address, "applications", "main"),
            RootName = "demo",
            Listen = new IPEndPoint(IPAddress.Loopback, port),
        };
        await using var server = await PlumbServer.StartAsync(options, logging => ServeCommand.Configure(logging, log, settings.Verbose), TimeProvider.System, ct);
        terminal.Note($"repository {repository}, sandbox cluster {sandbox.Url}, server {server.Url}");
        var warm = settings.Once ? Task.CompletedTask : server.WarmUpAsync(ct);
        var view = new DemoView(terminal, TimeProvider.System);
        var good = await view.FollowAsync(() => server.Engine.Reconciler.Applications, Limit, ct);
        var states = server.Engine.Reconciler.Applications;
        if (settings.Once || !terminal.OutColour) view.WriteEnd(states);
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        terminal.Out.WriteLine();
        if (good)
        {
            terminal.Out.WriteLine($"All {states.Count} applications are where they should be after {took} s ({sandbox.RequestCount} API requests).");
        }
        else
        {
            Summary.Write(terminal, states);
            terminal.Fault($"not all applications got where they should within {Limit.TotalSeconds:0} s");
        }

        if (!settings.Once)
        {
            await warm;
            WhatToTry.Write(terminal, new DemoPlaces(repository, kubeconfig, server.Url, server.Url.Port != ServerOptions.DefaultPort));
            await terminal.Out.FlushAsync(ct);
            await Waiting.ForEndAsync(ct);
            terminal.Note("stopping; the demo's files go with it");
            return ExitCode.Ok;
        }

        return good ? ExitCode.Ok : ExitCode.No;
    }
}
