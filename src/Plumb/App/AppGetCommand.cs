using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Live;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app get</c>.</summary>
internal static class AppGetCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on with what changes until stopped" };
        var output = Output.Option();
        var command = new DocumentedCommand("get", "One application: where it comes from, its resources, and what is wrong with it")
        {
            Examples = "plumb app get shop\nplumb app get shop --watch",
            Outcomes = ("done", "with --watch: the application is gone"),
        };
        command.Add(name);
        command.Add(watch);
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            if (parsed.GetValue(watch)) return await WatchAsync(terminal, client, parsed.GetValue(name)!, parsed.GetValue(output)!, ct);
            var detail = await client.GetApplicationAsync(parsed.GetValue(name)!, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, detail, ApiJson.Default.ApplicationDetail)) Write(terminal, detail);
            return ExitCode.Ok;
        }));
        return command;
    }

    /// <summary>The state as it moves; elsewhere than on a terminal a line or document for each change.</summary>
    private static async Task<int> WatchAsync(Terminal terminal, PlumbClient client, string name, string output, CancellationToken ct)
    {
        var moves = Output.IsForPeople(output) && terminal.CanMove;
        var progress = new Progress(terminal, TimeProvider.System, [name], moves);
        try
        {
            await progress.WhileAsync(FollowAsync(), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Being stopped is the good end of a watch.
            if (moves && progress.Last(name) is { } last) Write(terminal, last);
            return ExitCode.Ok;
        }

        terminal.Fault($"{name} is gone, or the server ended the watch");
        return ExitCode.No;

        async Task<bool> FollowAsync()
        {
            var before = "";
            await foreach (var state in client.WatchAsync(name, ct))
            {
                progress.Show(name, state, "");
                if (moves || Output.TryWriteNext(terminal, output, state, ApiJson.Default.ApplicationDetail)) continue;
                var line = Progress.Line(name, state);
                if (line == before) continue;
                terminal.Out.WriteLine(before = line);
                await terminal.Out.FlushAsync(ct);
            }

            return true;
        }
    }

    public static void Write(Terminal terminal, ApplicationDetail detail)
    {
        var summary = detail.Summary;
        var facts = new Grid("", "");
        facts.Add("Name:", summary.Name);
        facts.Add("Project:", summary.Project);
        if (summary.Parent.Length > 0) facts.Add("Stated by:", summary.Parent);
        facts.Add("Source:", $"{summary.Repository}{(summary.Path.Length > 0 ? "//" + summary.Path : "")}@{summary.TargetRevision}");
        facts.Add("Commit:", summary.Revision);
        facts.Add("Goes to:", $"{summary.Cluster}{(summary.Namespace.Length > 0 ? "/" + summary.Namespace : "")}");
        facts.Add("Sync policy:", detail.SyncPolicy is { Length: > 0 } policy ? policy : summary.Automated ? "automated" : "by hand");
        if (summary.Suspension is { } suspension) facts.Add("Suspended:", new Cell(AppListCommand.Suspended(suspension), "yellow"));
        facts.Add("Sync:", Palette.Sync(summary.Sync));
        facts.Add("Health:", Palette.Health(summary.Health));
        if (summary.Health != "Healthy" && summary.HealthMessage is { Length: > 0 }) facts.Add("", summary.HealthMessage);
        if (summary.WaitingFor is { Length: > 0 }) facts.Add("Waiting:", summary.WaitingFor);
        if (detail.Operation is { } running) facts.Add("Running:", running.Message);
        if (detail.LastRun is { } last)
            facts.Add("Last sync:", new Cell($"{last.Phase} {Words.Age(last.FinishedAt ?? last.StartedAt, terminal.Now)} ago ({last.Trigger}): {last.Message}", Palette.Phase(last.Phase).Style));
        facts.Write(terminal, headings: false);

        if (detail.Conditions.Count > 0)
        {
            terminal.Out.WriteLine();
            var conditions = new Grid("CONDITION", "SINCE", "MESSAGE");
            foreach (var condition in detail.Conditions)
                conditions.Add(condition.Type, Words.Age(condition.Since, terminal.Now), condition.Message);
            conditions.Write(terminal);
        }

        if (detail.Resources.Count == 0) return;
        terminal.Out.WriteLine();
        var resources = new Grid("WAVE", "RESOURCE", "SYNC", "HEALTH", "MESSAGE");
        foreach (var r in detail.Resources)
        {
            var message = r.Message is { Length: > 0 } ? r.Message : r.Health == "Healthy" ? "" : r.HealthMessage;
            resources.Add(
                Words.Wave(r.Wave), r.Resource.ToString(), Palette.Sync(r.Sync), Palette.Health(r.Health), message);
        }

        resources.Write(terminal);
    }
}
