using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Live;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app wait</c>.</summary>
internal static class AppWaitCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var names = new Argument<string[]>("name") { Description = "The applications", HelpName = "NAME", Arity = ArgumentArity.OneOrMore };
        names.CompletionSources.Add(server.Names);
        var timeout = new DurationOption("--timeout", "How long to wait", "5m");
        var health = new Option<string?>("--health") { Description = "Wait for this health instead of Synced and Healthy", HelpName = "STATUS" };
        health.AcceptOnlyFromAmong("Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown");
        var command = new DocumentedCommand("wait", "Wait until applications are synced and healthy and nothing goes on in them")
        {
            Examples = """
                plumb app wait shop database --timeout 2m
                plumb app wait broken --health Degraded
                """,
            Outcomes = ("all got there", "the time was over first"),
        };
        command.Add(names);
        command.Add(timeout);
        command.Add(health);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(timeout.Read(parsed));
            var waited = parsed.GetValue(names)!.Distinct(StringComparer.Ordinal).ToList();
            var progress = new Progress(terminal, TimeProvider.System, waited, terminal.CanMove);
            var all = Task.WhenAll(waited.Select(n => WaitAsync(progress, client, n, parsed.GetValue(health), limit.Token, ct)));
            var reached = await progress.WhileAsync(all, ct);
            if (terminal.CanMove) AppListCommand.Table([.. waited.Select(n => progress.Last(n)?.Summary).OfType<ApplicationSummary>()]).Write(terminal);
            foreach (var name in waited.Where((_, i) => !reached[i]))
            {
                var last = progress.Last(name) is { } state ? Progress.Line(name, state) : "nothing";
                terminal.Fault($"{name} did not get there in time; last seen {last}");
            }

            return reached.All(r => r) ? ExitCode.Ok : ExitCode.No;
        }));
        return command;
    }

    private static async Task<bool> WaitAsync(
        Progress progress, PlumbClient client, string name, string? health, CancellationToken limit, CancellationToken ct)
    {
        try
        {
            await foreach (var state in client.WatchAsync(name, limit))
            {
                progress.Show(name, state, Progress.Line(name, state));
                if (health is not null ? state.Summary.Health != health : !IsDone(state)) continue;
                progress.Done(name);
                return true;
            }

            throw new PlumbApiException($"the server ended before {name} got there");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool IsDone(ApplicationDetail state) =>
        state.Summary is { Sync: "Synced", Health: "Healthy", Operation: "", Errors: 0 } && state.Operation is null;
}
