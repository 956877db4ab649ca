using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Cluster;

/// <summary><c>plumb cluster rename</c>.</summary>
internal static class ClusterRenameCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = ClusterCommand.Name(server);
        var to = new Argument<string>("new-name") { Description = "Its new name", HelpName = "NEW-NAME" };
        var force = new Option<bool>("--force") { Description = "Although applications go there by the old name; they will say that it is gone" };
        var command = new DocumentedCommand("rename", "Give another name to a cluster that is kept in a Secret. What is known of it stays.")
        {
            Examples = "plumb cluster rename prod prod-eu",
            Outcomes = ("renamed", "applications use the old name, the new one is taken, or it is stated elsewhere"),
        };
        command.Add(name);
        command.Add(to);
        command.Add(force);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            try
            {
                var patch = new ClusterPatch { Name = parsed.GetValue(to)!, Force = parsed.GetValue(force) };
                await client.ChangeClusterAsync(parsed.GetValue(name)!, patch, ct);
                terminal.Note($"{parsed.GetValue(name)} is called {parsed.GetValue(to)} now");
                return ExitCode.Ok;
            }
            catch (PlumbApiException e) when (e.Status == System.Net.HttpStatusCode.Conflict)
            {
                terminal.Fault(e.Message);
                return ExitCode.No;
            }
        }));
        return command;
    }
}
