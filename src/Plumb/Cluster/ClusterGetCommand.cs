using System.CommandLine;
using System.Globalization;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Cluster;

/// <summary><c>plumb cluster get</c>.</summary>
internal static class ClusterGetCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = ClusterCommand.Name(server);
        var output = Output.Option();
        var command = new DocumentedCommand("get", "One cluster: where it is, where it is stated, who goes there, and what is wrong with it")
        {
            Examples = "plumb cluster get prod",
            Outcomes = ("it can be reached, or nobody uses it", "it cannot be reached or used"),
        };
        command.Add(name);
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var cluster = await client.GetClusterAsync(parsed.GetValue(name)!, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, cluster, ApiJson.Default.ClusterRecord)) Write(terminal, cluster);
            return cluster.Fault is null ? ExitCode.Ok : ExitCode.No;
        }));
        return command;
    }

    public static void Write(Terminal terminal, ClusterRecord cluster)
    {
        var facts = new Grid("", "");
        facts.Add("Name:", cluster.Name);
        facts.Add("Server:", cluster.Server);
        facts.Add("Stated in:", cluster.Origin);
        facts.Add("Status:", ClusterListCommand.Status(cluster));
        if (cluster.Version.Length > 0) facts.Add("Version:", cluster.Version);
        if (cluster.Nodes is { } nodes) facts.Add("Nodes:", nodes.ToString(CultureInfo.InvariantCulture));
        if (cluster.Objects > 0) facts.Add("Objects:", cluster.Objects.ToString(CultureInfo.InvariantCulture));
        if (cluster.Labels.Count > 0) facts.Add("Labels:", string.Join(", ", cluster.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")));
        if (cluster.Project.Length > 0) facts.Add("Project:", cluster.Project);
        if (cluster.Namespaces.Count > 0)
            facts.Add("Namespaces:", string.Join(", ", cluster.Namespaces) + (cluster.ClusterResources ? ", and what has none" : ""));
        facts.Add("Applications:", cluster.ApplicationNames.Count == 0 ? "none" : string.Join(", ", cluster.ApplicationNames));
        foreach (var warning in cluster.Warnings) facts.Add("Warning:", new Cell(warning, "yellow"));
        facts.Write(terminal, headings: false);
    }
}
