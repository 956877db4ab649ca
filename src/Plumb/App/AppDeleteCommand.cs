using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app delete</c>.</summary>
internal static class AppDeleteCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var keep = new Option<bool>("--keep-resources") { Description = "Leave its resources in the cluster" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask; needed when nobody can be asked" };
        var command = new DocumentedCommand(
            "delete", "Delete an application from Plumb, with its resources. While Git states it, it comes back: remove it there instead.")
        {
            Examples = "plumb app delete shop --yes",
        };
        command.Add(name);
        command.Add(keep);
        command.Add(yes);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var application = parsed.GetValue(name)!;
            var cascade = !parsed.GetValue(keep);
            var detail = await client.GetApplicationAsync(application, ct);
            if (!parsed.GetValue(yes) && !Confirm(terminal, application, cascade ? detail.Resources.Count : 0)) return ExitCode.No;
            await client.DeleteAsync(application, cascade, ct);
            terminal.Note(cascade ? $"{application} and its resources are deleted" : $"{application} is deleted, its resources stay");
            if (detail.Summary.Parent.Length > 0)
                terminal.Note($"{detail.Summary.Parent} states it in Git: remove it there, or it comes back");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static bool Confirm(Terminal terminal, string application, int resources)
    {
        if (Console.IsInputRedirected || !terminal.ErrorIsTerminal)
            throw new UsageException($"deleting {application} needs --yes where nobody can be asked");
        terminal.Error.Write($"Delete {application}{(resources > 0 ? $" and its {Words.Count(resources, "resource")}" : "")}? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
