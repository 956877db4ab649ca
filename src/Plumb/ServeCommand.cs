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
            Description = "Address and port to listen on; port 0 takes a free one. On more than loopback people must sign in",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => $"127.0.0.1:{ServerOptions.DefaultPort}",
        };
        var poll = new DurationOption("--poll",
            "Time between looks at each repository (a push notice or `plumb app refresh` makes it look at once)", "120s");
        var settings = new EngineSettings();
        var access = new AccessSettings();
        var command = new DocumentedCommand("serve",
            "Keep clusters equal to Git: run the loop until stopped, with the API that `plumb app` speaks to.")
        {
            Examples = """
                plumb serve --root https://git.example.com/platform.git//clusters/prod@main --kubeconfig ~/.kube/config
                # the public address of a repository, fetched from a local copy
                plumb serve --root https://git.example.com/demo.git//apps --repo-map https://git.example.com/=/srv/git/
                # for others too: behind a proxy that speaks https, with accounts, and roles as in Argo CD
                plumb serve --root https://git.example.com/demo.git//apps --listen 0.0.0.0:8484 --url https://plumb.example.com --trusted-proxy 10.0.0.0/8 --rbac argocd-rbac-cm.yaml
                """,
        };
        command.Add(root);
        command.Add(listen);
        settings.AddTo(command);
        command.Add(poll);
        access.AddTo(command);
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
                Access = access.Read(parsed),
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
        SayWhoMayComeIn(terminal, options, server);
        await terminal.Out.FlushAsync(ct);
        await Task.WhenAll(server.WarmUpAsync(ct), Waiting.ForEndAsync(ct));
        return ExitCode.Ok;
    }

    private static void SayWhoMayComeIn(Terminal terminal, ServerOptions options, PlumbServer server)
    {
        if (!server.SignIn) terminal.Warn("sign-in is off: everybody of this machine may do everything (--sign-in turns it on)");
        if (options.Access.InsecureHttp && !IPAddress.IsLoopback(options.Listen.Address)) terminal.Warn("plain http: passwords and tokens travel readable (--insecure-http)");
        // To the terminal only, and only now: no log and no file has it.
        if (server.FirstPassword is { } password)
            terminal.Out.WriteLine($"first start: sign in as admin with the password {password}\nIt is shown this once. Change it after signing in.");
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
