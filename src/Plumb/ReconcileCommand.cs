using System.CommandLine;
using Microsoft.Extensions.Logging;
using Plumb.Commands.OneShot;
using Plumb.Commands.Terminals;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Server.Composition;
using Plumb.Server.Http;

namespace Plumb.Commands;

/// <summary><c>plumb reconcile --once</c>: the loop without a server, until everything has come to an end.</summary>
internal static class ReconcileCommand
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    public static Command Create(Terminal terminal)
    {
        var once = new Option<bool>("--once") { Description = "Sync everything once, wait for its health, and end. Required: `plumb serve` is for keeping on" };
        var files = DesiredInput.Option();
        var timeout = new DurationOption("--timeout", "How long all of it may take", "10m");
        var patience = new DurationOption("--patience", "How long something failed must stand still before it counts as failed", "3s");
        var output = Output.Option();
        var settings = new EngineSettings();
        var command = new DocumentedCommand(
            "reconcile", "Bring a cluster to what Git says, without a server: plan, apply, wait for health, and say how it went.")
        {
            Examples = """
                plumb reconcile --once -f application.yaml --kubeconfig ~/.kube/config --context staging
                # everything that a path in Git states
                plumb reconcile --once -f https://git.example.com/platform.git//clusters/prod@v1.4.0
                # fetched from a local copy
                plumb reconcile --once -f app.yaml --repo-map https://git.example.com/shop.git=./shop -o json
                """,
            Outcomes = ("every application is Synced and Healthy", "at least one is not"),
        };
        command.Add(once);
        command.Add(files);
        settings.AddTo(command);
        command.Add(timeout);
        command.Add(patience);
        command.Add(output);
        command.SetAction(async (parsed, ct) =>
        {
            if (!parsed.GetValue(once))
                throw new UsageException("reconcile runs with --once only; `plumb serve` keeps applications reconciled");
            var input = await DesiredInput.ReadAsync(parsed.GetValue(files)!, terminal, ct);
            using var scratch = new TemporaryFolder();
            var limit = timeout.Read(parsed);
            var options = settings.Read(
                parsed, parsed.GetValue(settings.Data) ?? scratch.FullPath, new ReconcilerOptions { Mode = ReconcileMode.SyncOnce, WaveTimeout = limit }) with
            { KeepHistory = false };
            using var loggers = ConsoleLog.Factory(terminal, parsed.GetValue(PlumbCommand.Verbose) ? LogLevel.Debug : LogLevel.Error);
            await using var engine = await Engine.CreateAsync(options, loggers, TimeProvider.System, ct);
            if (engine.Targets.All.Count == 0)
                throw new UsageException("there is no cluster: name a kubeconfig with --kubeconfig or $KUBECONFIG");
            var (states, verdicts) = await RunAsync(terminal, engine, input, limit, patience.Read(parsed), ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, [.. states.Select(s => s.ToDetail())], OneShotJson.Default.IReadOnlyListApplicationDetail))
                Summary.Write(terminal, states);
            await terminal.Out.FlushAsync(ct);
            if (verdicts.Values.Any(v => v == Verdict.Pending))
                terminal.Fault($"the time of {limit} was over before all applications were synced and healthy; --timeout gives more");
            return verdicts.Values.All(v => v == Verdict.Ready) ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static async Task<(IReadOnlyList<ApplicationState> States, IReadOnlyDictionary<string, Verdict> Verdicts)> RunAsync(
        Terminal terminal, Engine engine, DesiredInput input, TimeSpan limit, TimeSpan patience, CancellationToken ct)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        var settlement = new Settlement(patience, time);
        var progress = new ProgressLines(terminal, time);
        await engine.Reconciler.StartAsync(input.Applications, input.Projects, ct);
        while (true)
        {
            var states = engine.Reconciler.Applications;
            progress.Show(states);
            var verdicts = settlement.Judge(states);
            if (verdicts.Values.All(v => v != Verdict.Pending) || time.GetElapsedTime(start) > limit) return (states, verdicts);
            await Task.Delay(LookInterval, time, ct);
        }
    }
}
