using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Live;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app sync</c>.</summary>
internal static class AppSyncCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var prune = new Option<bool>("--prune") { Description = "Delete what is no longer in Git" };
        var confirm = new Option<bool>("--confirm") { Description = "Ask no confirmation of what it deletes: it was looked at with `plumb app diff`" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Ask the cluster, change nothing" };
        var resources = new Option<string[]>("--resource")
        {
            Description = "Only these resources, without hooks; parts may hold *, and ! leaves out. Repeatable",
            HelpName = "[!]GROUP:KIND:[NAMESPACE/]NAME",
            DefaultValueFactory = _ => [],
        };
        var output = Output.Option();
        var command = new DocumentedCommand("sync", "Fetch, then bring the cluster to what Git says, and wait for the end of it. On a terminal its resources are shown as they get on.")
        {
            Examples = """
                plumb app sync shop --prune
                plumb app sync shop --resource apps:Deployment:shop/web --resource :Service:shop/web
                plumb app sync shop --resource 'apps:Deployment:*' --resource '!apps:Deployment:canary'
                """,
            Outcomes = ("the sync succeeded", "it failed"),
        };
        command.Add(name);
        command.Add(prune);
        command.Add(confirm);
        command.Add(dryRun);
        command.Add(resources);
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var application = parsed.GetValue(name)!;
            var body = new SyncBody
            {
                Prune = parsed.GetValue(prune),
                Confirm = parsed.GetValue(confirm),
                DryRun = parsed.GetValue(dryRun),
                Patterns = [.. parsed.GetValue(resources)!.Select(ParseResource)],
            };
            var format = parsed.GetValue(output)!;
            var progress = new Progress(terminal, TimeProvider.System, [application], Output.IsForPeople(format) && terminal.CanMove);
            using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var following = FollowAsync(progress, client, application, done.Token);
            RunRecord run;
            try
            {
                run = await progress.WhileAsync(client.SyncAsync(application, body, ct), ct);
            }
            finally
            {
                await done.CancelAsync();
                await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!Output.TryWrite(terminal, format, run, ApiJson.Default.RunRecord)) RunView.Write(terminal, run);
            return run.Phase == "Succeeded" ? ExitCode.Ok : ExitCode.No;
        }));
        return command;
    }

    private static async Task FollowAsync(Progress progress, PlumbClient client, string application, CancellationToken ct)
    {
        await foreach (var state in client.WatchAsync(application, ct))
            progress.Show(application, state, state.Operation is { Message.Length: > 0 } run ? $"{application}: {run.Message}" : "");
    }

    /// <summary>Also as Plumb prints resources: <c>[GROUP/]KIND/[NAMESPACE/]NAME</c>.</summary>
    private static string ParseResource(string text)
    {
        if (text.Contains(':')) return text;
        var excludes = text.StartsWith('!') ? "!" : "";
        var parts = text[excludes.Length..].Split('/');
        var isGroup = parts[0].Length == 0 || char.IsAsciiLetterLower(parts[0][0]);
        return excludes + (parts, isGroup) switch
        {
            ([var kind, var name], false) => $":{kind}:{name}",
            ([var kind, var ns, var name], false) => $":{kind}:{ns}/{name}",
            ([var group, var kind, var name], true) => $"{group}:{kind}:{name}",
            ([var group, var kind, var ns, var name], true) => $"{group}:{kind}:{ns}/{name}",
            _ => throw new UsageException($"--resource {text}: write GROUP:KIND:[NAMESPACE/]NAME, such as apps:Deployment:shop/web or :Service:shop/web"),
        };
    }
}
