using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Cluster;

/// <summary><c>plumb cluster label</c>.</summary>
internal static class ClusterLabelCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = ClusterCommand.Name(server);
        var labels = new Argument<string[]>("labels") { Description = "KEY=VALUE sets a label, KEY- takes it away", HelpName = "KEY=VALUE|KEY-", Arity = ArgumentArity.OneOrMore };
        var output = Output.Option();
        var command = new DocumentedCommand("label", "Set or take away labels of a cluster that is kept in a Secret")
        {
            Examples = """
                plumb cluster label prod env=prod region=north
                plumb cluster label prod region-
                """,
        };
        command.Add(name);
        command.Add(labels);
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var patch = new ClusterPatch { Labels = parsed.GetValue(labels)!.Select(Read).ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal) };
            var cluster = await client.ChangeClusterAsync(parsed.GetValue(name)!, patch, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, cluster, ApiJson.Default.ClusterRecord)) ClusterGetCommand.Write(terminal, cluster);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static KeyValuePair<string, string?> Read(string text)
    {
        var parts = text.Split('=', 2);
        if (parts.Length == 2) return new(parts[0], parts[1]);
        return text.Length > 1 && text[^1] == '-' ? new(text[..^1], null) : throw new UsageException($"{text}: write KEY=VALUE, or KEY- to take a label away");
    }
}
