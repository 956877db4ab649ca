using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app rollback</c>.</summary>
internal static class AppRollbackCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var run = AppRunCommand.Id(name, server);
        var reason = new Option<string>("--reason") { Description = "Why, for the commit message", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show the commit, write nothing" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask; needed when nobody can be asked" };
        var output = Output.Option();
        var command = new DocumentedCommand(
            "rollback", "Take an application back to what a run delivered, by a commit on its branch: Git stays the truth. The commit is shown before it is written.")
        {
            Examples = """
                plumb app history shop
                plumb app rollback shop 01JF6Z3N9T --dry-run
                plumb app rollback shop 01JF6Z3N9T --reason 'orders fail since the last release'
                """,
            Outcomes = ("the commit is written; with --dry-run: it could be", "it cannot be, the branch moved since it was shown, or the answer was no"),
        }.With(name, run, reason, dryRun, yes, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var request = new RollbackBody { Run = parsed.GetValue(run)!, Reason = parsed.GetValue(reason)! };
            var choice = new Choice(parsed.GetValue(dryRun), parsed.GetValue(yes), parsed.GetValue(output)!);
            return await RunAsync(terminal, client, parsed.GetValue(name)!, request, choice, ct);
        }));
        return command;
    }

    private sealed record Choice(bool DryRun, bool Yes, string Output);

    private static async Task<int> RunAsync(Terminal terminal, PlumbClient client, string application, RollbackBody request, Choice choice, CancellationToken ct)
    {
        var preview = await client.PreviewRollbackAsync(application, request, ct);
        if (choice.DryRun && Output.TryWrite(terminal, choice.Output, preview, ApiJson.Default.RollbackRecord)) return preview.Possible ? ExitCode.Ok : ExitCode.No;
        if (!preview.Possible)
        {
            terminal.Fault($"{application} cannot be taken back to {preview.Run}: {preview.Why}");
            return ExitCode.No;
        }

        if (Output.IsForPeople(choice.Output)) Write(terminal, preview);
        if (choice.DryRun) return ExitCode.Ok;
        if (!choice.Yes && !await Prompt.ConfirmAsync(terminal, $"Write this commit to {preview.Branch} of {preview.Repository}?", $"taking {application} back", ct))
            return ExitCode.No;
        try
        {
            var written = await client.RollbackAsync(application, request with { ExpectedHead = preview.Head }, ct);
            if (!Output.TryWrite(terminal, choice.Output, written, ApiJson.Default.RollbackRecord))
                terminal.Note($"commit {Words.Revision(written.Commit)} is on {written.Branch}; {application} follows: plumb app wait {application}");
            return ExitCode.Ok;
        }
        catch (PlumbApiException e) when (e.Status == System.Net.HttpStatusCode.Conflict)
        {
            terminal.Fault(e.Message);
            return ExitCode.No;
        }
    }

    private static void Write(Terminal terminal, RollbackRecord preview)
    {
        terminal.Out.WriteLine($"A commit on {preview.Branch} ({Words.Revision(preview.Head)}) of {preview.Repository}, with the files of {Words.Revision(preview.To)}:");
        terminal.Out.WriteLine();
        foreach (var line in preview.Message.TrimEnd('\n').Split('\n')) terminal.Out.WriteLine(("    " + line).TrimEnd());
        terminal.Out.WriteLine();
        foreach (var file in preview.Files)
        {
            terminal.Out.WriteLine($"{file.Status} {file.Path}");
            if (file.Before == file.After) terminal.Out.WriteLine("(not text, or too long to be shown)");
            else DiffWriter.WriteFile(terminal, file.Path, file.Before, file.After);
        }
    }
}
