using System.CommandLine;
using System.CommandLine.Completions;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app run</c>.</summary>
internal static class AppRunCommand
{
    private const int MostSuggested = 50;

    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var id = Id(name, server);
        var output = Output.Option();
        var command = new DocumentedCommand("run", "One sync of the application: what became of each resource")
        {
            Examples = "plumb app history shop\nplumb app run shop 01JF6Z3N9T",
            Outcomes = ("it succeeded, or goes on", "it failed"),
        }.With(name, id, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var run = await client.GetRunAsync(parsed.GetValue(name)!, parsed.GetValue(id)!, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, run, ApiJson.Default.RunRecord)) Write(terminal, run);
            return run.Phase is "Succeeded" or "Running" ? ExitCode.Ok : ExitCode.No;
        }));
        return command;
    }

    /// <summary>A run's id, completed with the application's latest ones.</summary>
    public static Argument<string> Id(Argument<string> application, ServerConnection server)
    {
        var id = new Argument<string>("run") { Description = "The run's id, as `plumb app history` shows it", HelpName = "RUN" };
        id.CompletionSources.Add(context => server.Suggest(context, async (client, ct) =>
            context.ParseResult.GetValue(application) is { } name ? (await client.ListRunsAsync(name, MostSuggested, ct)).Select(r => r.Id) : []));
        return id;
    }

    private static void Write(Terminal terminal, RunRecord run)
    {
        var facts = new Grid("", "");
        facts.Add("Run:", run.Id);
        facts.Add("Started:", $"{Words.Time(run.StartedAt)} ({Words.Age(run.StartedAt, terminal.Now)} ago)");
        facts.Add("Trigger:", $"{run.Trigger}, by {run.Initiator}");
        facts.Add("Phase:", Palette.Phase(run.Phase));
        facts.Write(terminal, headings: false);
        terminal.Out.WriteLine();
        RunView.Write(terminal, run);
    }
}
