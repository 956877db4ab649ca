using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app sync</c>.</summary>
internal static class AppSyncCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var prune = new Option<bool>("--prune") { Description = "Delete what is no longer in Git" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Ask the cluster, change nothing" };
        var resources = new Option<string[]>("--resource")
        {
            Description = "Only this resource, without hooks; core kinds leave the group out. Repeatable",
            HelpName = "GROUP/KIND/[NAMESPACE/]NAME",
            DefaultValueFactory = _ => [],
        };
        var output = Output.Option();
        var command = new DocumentedCommand("sync", "Fetch, then bring the cluster to what Git says, and wait for the end of it")
        {
            Examples = """
                plumb app sync shop --prune
                plumb app sync shop --resource apps/Deployment/shop/web --resource Service/shop/web
                """,
            Outcomes = ("the sync succeeded", "it failed"),
        };
        command.Add(name);
        command.Add(prune);
        command.Add(dryRun);
        command.Add(resources);
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var application = parsed.GetValue(name)!;
            var body = new SyncBody
            {
                Prune = parsed.GetValue(prune),
                DryRun = parsed.GetValue(dryRun),
                Resources = [.. parsed.GetValue(resources)!.Select(ParseResource)],
            };
            using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var progress = FollowAsync(terminal, client, application, done.Token);
            RunRecord run;
            try
            {
                run = await client.SyncAsync(application, body, ct);
            }
            finally
            {
                await done.CancelAsync();
                await progress.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, run, ApiJson.Default.RunRecord)) Write(terminal, run);
            return run.Phase == "Succeeded" ? ExitCode.Ok : ExitCode.No;
        }));
        return command;
    }

    private static async Task FollowAsync(Terminal terminal, PlumbClient client, string application, CancellationToken ct)
    {
        var last = "";
        await foreach (var state in client.WatchAsync(application, ct))
        {
            if (state.Operation is not { Message.Length: > 0 } run || run.Message == last) continue;
            terminal.Note($"{application}: {last = run.Message}");
        }
    }

    private static void Write(Terminal terminal, RunRecord run)
    {
        if (run.Results.Count > 0)
        {
            var grid = new Grid("PHASE", "WAVE", "RESOURCE", "RESULT", "MESSAGE");
            foreach (var r in run.Results)
            {
                grid.Add(
                    r.Phase, Words.Wave(r.Wave), r.Resource + (r.IsHook ? " (hook)" : ""),
                    Palette.Result(r.Status), r.Message);
            }

            grid.Write(terminal);
            terminal.Out.WriteLine();
        }

        var took = run.FinishedAt is { } end ? $" in {(end - run.StartedAt).TotalSeconds:0.0} s" : "";
        terminal.Out.WriteLine($"{run.Application}: {run.Phase}{took} at {string.Join(", ", run.Revisions.Select(Words.Revision))}: {run.Message}");
    }

    private static ResourceName ParseResource(string text)
    {
        var parts = text.Split('/');
        var isGroup = parts[0].Length == 0 || char.IsAsciiLetterLower(parts[0][0]);
        return (parts, isGroup) switch
        {
            ([var kind, var name], false) => new ResourceName("", kind, "", name),
            ([var kind, var ns, var name], false) => new ResourceName("", kind, ns, name),
            ([var group, var kind, var name], true) => new ResourceName(group, kind, "", name),
            ([var group, var kind, var ns, var name], true) => new ResourceName(group, kind, ns, name),
            _ => throw new UsageException($"--resource {text}: write GROUP/KIND/[NAMESPACE/]NAME, such as apps/Deployment/shop/web or Service/shop/web"),
        };
    }
}
