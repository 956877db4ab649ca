using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Plumb.Commands.Terminals;
using Plumb.Reconcile.Loop;
using Plumb.Server;
using Plumb.Server.Composition;

namespace Plumb.Commands;

/// <summary><c>plumb serve</c>: the loop for good, with its HTTP API.</summary>
internal static class ServeCommand
{
    public static Command Create(Terminal terminal)
    {
        var root = new Option<string>("--root")
        {
            Description = "Where the applications and projects are stated, with everything below that path",
            HelpName = "GITURL[//path][@rev]",
            Required = true,
        };
        var listen = new Option<string>("--listen")
        {
            Description = "Loopback address and port of the API; port 0 takes a free one",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => $"127.0.0.1:{ServerOptions.DefaultPort}",
        };
        var poll = new DurationOption("--poll",
            "Time between looks at each repository (a push notice or `plumb app refresh` makes it look at once)", "120s");
        var settings = new EngineSettings();
        var command = new DocumentedCommand("serve",
            "Keep clusters equal to Git: run the loop until stopped, with the API that `plumb app` speaks to.")
        {
            Examples = """
                plumb serve --root https://git.example.com/platform.git//clusters/prod@main --kubeconfig ~/.kube/config
                # the public address of a repository, fetched from a local copy
                plumb serve --root https://git.example.com/demo.git//apps --repo-map https://git.example.com/=/srv/git/
                """,
        };
        command.Add(root);
        command.Add(listen);
        settings.AddTo(command);
        command.Add(poll);
        command.SetAction((parsed, ct) =>
        {
            var interval = poll.Read(parsed);
            var data = parsed.GetValue(settings.Data) ?? DefaultDataFolder();
            var options = new ServerOptions
            {
                Engine = settings.Read(parsed, data, new ReconcilerOptions()) with { PollInterval = interval, PollJitter = interval / 2 },
                Root = RootAddress.Parse(parsed.GetRequiredValue(root)),
                Listen = IPEndPoint.TryParse(parsed.GetRequiredValue(listen), out var endpoint)
                    ? endpoint
                    : throw new UsageException($"--listen {parsed.GetValue(listen)}: write an address and a port, such as 127.0.0.1:{ServerOptions.DefaultPort}"),
            };
            return RunAsync(terminal, options, parsed.GetValue(PlumbCommand.Verbose), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, ServerOptions options, bool verbose, CancellationToken ct)
    {
        var log = new ConsoleLog(terminal, verbose ? LogLevel.Debug : LogLevel.Information, TimeProvider.System);
        await using var server = await PlumbServer.StartAsync(options, logging => Configure(logging, log, verbose), TimeProvider.System, ct);
        if (server.Engine.Targets.All.Count == 0) terminal.Warn("there is no cluster: name a kubeconfig with --kubeconfig");
        terminal.Out.WriteLine($"plumb serves {options.Root.RepoUrl} at {server.Url}");
        await terminal.Out.FlushAsync(ct);
        await Waiting.ForEndAsync(ct);
        return ExitCode.Ok;
    }

    /// <summary>Our own loops speak; the web server only when something is wrong.</summary>
    internal static void Configure(ILoggingBuilder logging, ConsoleLog log, bool verbose)
    {
        logging.AddProvider(log);
        logging.SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
    }

    private static string DefaultDataFolder() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "plumb");
}
