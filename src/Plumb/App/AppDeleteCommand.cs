using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app delete</c>.</summary>
internal static class AppDeleteCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var cascade = new Option<bool>("--cascade") { Description = "Delete its resources too; --cascade=false leaves them in the cluster", DefaultValueFactory = _ => true };
        var propagation = new Option<string>("--propagation", "-p")
        {
            Description = "What becomes of the objects that its resources own", HelpName = "foreground|background|orphan", DefaultValueFactory = _ => "foreground",
        };
        propagation.AcceptOnlyFromAmong("foreground", "background", "orphan");
        var skipHooks = new Option<bool>("--skip-hooks") { Description = "Run no PreDelete and PostDelete hooks" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask; needed when nobody can be asked" };
        var command = new DocumentedCommand(
            "delete", "Delete an application from Plumb, with its resources. While Git states it, it comes back: remove it there instead.")
        {
            Examples = """
                plumb app delete shop --yes
                # Plumb forgets it, the cluster keeps it
                plumb app delete shop --cascade=false
                # its PreDelete hook cannot succeed any more
                plumb app delete shop --skip-hooks
                """,
        };
        command.Add(name);
        command.Add(cascade);
        command.Add(propagation);
        command.Add(skipHooks);
        command.Add(yes);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var application = parsed.GetValue(name)!;
            var all = parsed.GetValue(cascade);
            var detail = await client.GetApplicationAsync(application, ct);
            if (!parsed.GetValue(yes) && !Confirm(terminal, application, all ? detail.Resources.Count : 0)) return ExitCode.No;
            using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var progress = FollowAsync(terminal, client, application, done.Token);
            try
            {
                await client.DeleteAsync(application, all, ct, parsed.GetValue(propagation)!, hooks: !parsed.GetValue(skipHooks));
            }
            finally
            {
                await done.CancelAsync();
                await progress.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            terminal.Note(all ? $"{application} and its resources are deleted" : $"{application} is deleted, its resources stay");
            if (detail.Summary.Parent.Length > 0)
                terminal.Note($"{detail.Summary.Parent} states it in Git: remove it there, or it comes back");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static async Task FollowAsync(Terminal terminal, PlumbClient client, string application, CancellationToken ct)
    {
        var last = "";
        await foreach (var state in client.WatchAsync(application, ct))
        {
            if (state.Summary is not { Operation: "deleting", WaitingFor.Length: > 0 } summary || summary.WaitingFor == last) continue;
            terminal.Note($"{application}: {last = summary.WaitingFor}");
        }
    }

    private static bool Confirm(Terminal terminal, string application, int resources)
    {
        if (Console.IsInputRedirected || !terminal.ErrorIsTerminal)
            throw new UsageException($"deleting {application} needs --yes where nobody can be asked");
        terminal.Error.Write($"Delete {application}{(resources > 0 ? $" and its {Words.Count(resources, "resource")}" : "")}? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
