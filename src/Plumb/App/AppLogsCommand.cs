using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app logs</c>.</summary>
internal static class AppLogsCommand
{
    private const int MaxTail = 10_000;

    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var resources = new Option<string[]>("--resource")
        {
            Description = "Only of this Pod, or of the Pods of this resource. Repeatable. Default: all that have Pods",
            HelpName = "[GROUP/]KIND/[NAMESPACE/]NAME",
            DefaultValueFactory = _ => [],
        };
        ResourceText.Complete(resources, name, server);
        var container = new Option<string>("--container", "-c") { Description = "Only of this container", HelpName = "NAME", DefaultValueFactory = _ => "" };
        var tail = new Option<int>("--tail") { Description = $"The last lines of each container, 0 to {MaxTail}", HelpName = "LINES", DefaultValueFactory = _ => new LogQuery { Resource = new("", "", "", "") }.Tail };
        var since = new DurationOption("--since", "Only of the last while, such as 10m");
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what is printed from now on, until stopped" };
        var previous = new Option<bool>("--previous", "-p") { Description = "Of the container that ran before, such as one that crashed" };
        var output = Output.Option();
        var command = new DocumentedCommand("logs", "What its Pods print, each line after its Pod and container")
        {
            Examples = """
                plumb app logs shop --since 10m
                plumb app logs shop --resource Deployment/web --container main --follow
                plumb app logs shop --resource Pod/web-7d4b9 --previous
                """,
        }.With(name, resources, container, tail, since, follow, previous, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var application = parsed.GetValue(name)!;
            if (parsed.GetValue(tail) is < 0 or > MaxTail) throw new UsageException($"--tail {parsed.GetValue(tail)}: it can be 0 to {MaxTail}");
            if (parsed.GetValue(follow) && parsed.GetValue(previous)) throw new UsageException("--follow and --previous contradict each other: a container that ended prints no more");
            var tree = await client.GetTreeAsync(application, ct);
            var chosen = parsed.GetValue(resources)!.Select(r => ResourceText.Find(r, tree)).Distinct().ToList();
            if (chosen.Count == 0) chosen = WithPods(tree);
            if (chosen.Count == 0)
            {
                terminal.Note($"{application} has no Pods now, and so no logs.");
                return ExitCode.Ok;
            }

            var query = new LogQuery
            {
                Resource = chosen[0],
                Container = parsed.GetValue(container)!,
                Tail = parsed.GetValue(tail),
                Since = terminal.Now - parsed.GetValue(since),
                Follow = parsed.GetValue(follow),
                Previous = parsed.GetValue(previous),
            };
            var sources = chosen.Select(r => client.ReadLogAsync(application, query with { Resource = r }, ct)).ToList();
            var writer = new LogWriter(terminal, parsed.GetValue(output)!);
            try
            {
                if (query.Follow) await LogMerge.FollowAsync(sources, writer.Write, ct);
                else foreach (var line in await LogMerge.ReadAsync(sources)) writer.Write(line);
            }
            catch (OperationCanceledException) when (query.Follow && ct.IsCancellationRequested)
            {
                // Being stopped is the good end of following.
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    /// <summary>The application's own resources that are Pods or have some below them.</summary>
    private static List<ResourceName> WithPods(IReadOnlyList<TreeRecord> tree)
    {
        var owners = tree.Where(t => t.Owner is not null).GroupBy(t => t.Resource).ToDictionary(g => g.Key, g => g.First().Owner!);
        var tops = tree.Where(t => t.Owner is null).Select(t => t.Resource).ToHashSet();
        var found = new List<ResourceName>();
        foreach (var pod in tree.Where(t => t.Resource is { Group: "", Kind: "Pod" }).Select(t => t.Resource))
        {
            var top = pod;
            // Owners that own each other would never end.
            for (var steps = 0; steps < tree.Count && !tops.Contains(top) && owners.TryGetValue(top, out var owner); steps++) top = owner;
            if (!found.Contains(top)) found.Add(top);
        }

        return found;
    }
}
