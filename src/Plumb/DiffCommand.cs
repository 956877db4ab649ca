using System.CommandLine;
using Microsoft.Extensions.Logging;
using Plumb.Api;
using Plumb.Commands.OneShot;
using Plumb.Commands.Terminals;
using Plumb.Reconcile.Loop;
using Plumb.Server.Composition;

namespace Plumb.Commands;

/// <summary><c>plumb diff</c>: the plan, without carrying it out.</summary>
internal static class DiffCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Command Create(Terminal terminal)
    {
        var files = DesiredInput.Option();
        var timeout = new DurationOption("--timeout", "How long all of it may take", "2m");
        var output = Output.Option();
        var settings = new EngineSettings();
        var command = new DocumentedCommand(
            "diff", "Show what a sync would change, resource by resource, and change nothing. The API server is asked (dry run) where it has a say.")
        {
            Examples = """
                plumb diff -f application.yaml --kubeconfig ~/.kube/config --context staging
                plumb diff -f https://git.example.com/platform.git//clusters/prod@main
                """,
            Outcomes = ("no difference", "a difference"),
        };
        command.Add(files);
        settings.AddTo(command);
        command.Add(timeout);
        command.Add(output);
        command.SetAction(async (parsed, ct) =>
        {
            var input = await DesiredInput.ReadAsync(parsed.GetValue(files)!, terminal, ct);
            using var scratch = new TemporaryFolder();
            var options = settings.Read(
                parsed, parsed.GetValue(settings.Data) ?? scratch.FullPath, new ReconcilerOptions { Mode = ReconcileMode.PlanOnly }) with
            { KeepHistory = false };
            using var loggers = ConsoleLog.Factory(terminal, parsed.GetValue(PlumbCommand.Verbose) ? LogLevel.Debug : LogLevel.Error);
            await using var engine = await Engine.CreateAsync(options, loggers, TimeProvider.System, ct);
            if (engine.Targets.All.Count == 0)
                throw new UsageException("there is no cluster: name a kubeconfig with --kubeconfig or $KUBECONFIG");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(timeout.Read(parsed));
            IReadOnlyList<PlanRecord> plans;
            IReadOnlyList<string> faults;
            try
            {
                (plans, faults) = await new Differ(engine, Patience, TimeProvider.System).PlanAsync(input, limit.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new UsageException($"the comparison was not done within {timeout.Read(parsed)}; --timeout gives more");
            }

            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, plans, OneShotJson.Default.IReadOnlyListPlanRecord))
                PlanView.Write(terminal, plans);
            foreach (var fault in faults) terminal.Fault(fault);
            return faults.Count > 0 ? ExitCode.CannotRun : PlanView.ExitCodeOf(plans);
        });
        return command;
    }
}
