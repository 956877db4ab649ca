using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Cluster;

/// <summary><c>plumb cluster remove</c>.</summary>
internal static class ClusterRemoveCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = ClusterCommand.Name(server);
        var force = new Option<bool>("--force") { Description = "Although applications go there; what they made stays on the cluster" };
        var command = new DocumentedCommand("remove", "Forget a cluster that is kept in a Secret. Nothing is deleted on the cluster itself.")
        {
            Examples = "plumb cluster remove prod",
            Outcomes = ("removed", "applications go there, or it is stated elsewhere"),
        };
        command.Aliases.Add("rm");
        command.Add(name);
        command.Add(force);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            try
            {
                await client.RemoveClusterAsync(parsed.GetValue(name)!, parsed.GetValue(force), ct);
                terminal.Note($"{parsed.GetValue(name)} is forgotten; nothing was deleted there");
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
