using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app delete</c>.</summary>
internal static class AppDeleteCommand
{
    private const int MostShown = 50;

    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var cascade = new Option<bool>("--cascade") { Description = "Delete its resources too; --cascade=false leaves them in the cluster", DefaultValueFactory = _ => true };
        var propagation = new Option<string>("--propagation", "-p")
        {
            Description = "What becomes of the objects that its resources own",
            HelpName = "foreground|background|orphan",
            DefaultValueFactory = _ => "foreground",
        };
        propagation.AcceptOnlyFromAmong("foreground", "background", "orphan");
        var skipHooks = new Option<bool>("--skip-hooks") { Description = "Run no PreDelete and PostDelete hooks" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask; needed when nobody can be asked" };
        var command = new DocumentedCommand(
            "delete", "Delete an application from Plumb, with its resources. While Git states it, it comes back: remove it there instead. What goes and what stays is shown first.")
        {
            Examples = """
                plumb app delete shop --yes
                # Plumb forgets it, the cluster keeps it
                plumb app delete shop --cascade=false
                # its PreDelete hook cannot succeed any more
                plumb app delete shop --skip-hooks
                """,
            Outcomes = ("deleted", "the answer was no"),
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
            var preview = await client.PreviewDeletionAsync(application, all, ct);
            if (!parsed.GetValue(yes) && !await AskAsync(terminal, preview, all, ct)) return ExitCode.No;
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
            if (preview.Note.Length > 0) terminal.Note(preview.Note);
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

    private static Task<bool> AskAsync(Terminal terminal, DeletionRecord preview, bool cascade, CancellationToken ct)
    {
        if (terminal.CanAsk) Show(terminal, preview);
        var what = cascade && preview.Deleted.Count > 0 ? $"{preview.Application} and {Words.Count(preview.Deleted.Count, "resource")}" : preview.Application;
        return Prompt.ConfirmAsync(terminal, $"Delete {what}?", $"deleting {preview.Application}", ct);
    }

    private static void Show(Terminal terminal, DeletionRecord preview)
    {
        if (preview.Deleted.Count > 0) terminal.Error.WriteLine("These go, in this order:");
        foreach (var resource in preview.Deleted.Take(MostShown)) terminal.Error.WriteLine($"  {resource}");
        if (preview.Deleted.Count > MostShown) terminal.Error.WriteLine($"  … and {preview.Deleted.Count - MostShown} more");
        if (preview.Applications.Count > 0) terminal.Error.WriteLine($"These applications go with it: {string.Join(", ", preview.Applications)}");
        if (preview.Kept.Count > 0) terminal.Error.WriteLine("These stay:");
        foreach (var kept in preview.Kept.Take(MostShown)) terminal.Error.WriteLine($"  {kept.Resource}: {kept.Why}");
        if (preview.Kept.Count > MostShown) terminal.Error.WriteLine($"  … and {preview.Kept.Count - MostShown} more");
        if (preview.Note.Length > 0) terminal.Warn(preview.Note);
    }
}
