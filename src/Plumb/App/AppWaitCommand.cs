using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app wait</c>.</summary>
internal static class AppWaitCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var names = new Argument<string[]>("name") { Description = "The applications", HelpName = "NAME", Arity = ArgumentArity.OneOrMore };
        names.CompletionSources.Add(_ => server.Names().Select(n => new System.CommandLine.Completions.CompletionItem(n)));
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
            var reached = await Task.WhenAll(parsed.GetValue(names)!.Select(n => WaitAsync(terminal, client, n, parsed.GetValue(health), limit.Token, ct)));
            return reached.All(r => r) ? ExitCode.Ok : ExitCode.No;
        }));
        return command;
    }

    private static async Task<bool> WaitAsync(
        Terminal terminal, PlumbClient client, string name, string? health, CancellationToken limit, CancellationToken ct)
    {
        var last = "";
        try
        {
            await foreach (var state in client.WatchAsync(name, limit))
            {
                var summary = state.Summary;
                var line = $"{name}: {summary.Sync}, {summary.Health}  {AppListCommand.Message(summary)}".TrimEnd();
                if (line != last) terminal.Note(last = line);
                if (health is not null ? summary.Health == health : IsDone(state)) return true;
            }

            throw new PlumbApiException($"the server ended before {name} got there");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            terminal.Fault($"{name} did not get there in time; last seen {last}");
            return false;
        }
    }

    private static bool IsDone(ApplicationDetail state) =>
        state.Summary is { Sync: "Synced", Health: "Healthy", Operation: "", Errors: 0 } && state.Operation is null;
}
