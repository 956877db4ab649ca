using System.CommandLine;
using Plumb.Api;

namespace Plumb.Commands.App;

/// <summary>The options that say which applications, and in which order.</summary>
internal sealed class ApplicationFilter
{
    private readonly Option<string> _text = new("--text") { Description = "Words that name, project, cluster, namespace, repository, path or a label hold, each of them", HelpName = "WORDS", DefaultValueFactory = _ => "" };

    private readonly Option<string[]> _health = Many("--health", "Only of this health: Healthy, Progressing, Degraded, Suspended, Missing, Unknown", "STATUS");

    private readonly Option<string[]> _sync = Many("--sync", "Only Synced, OutOfSync or Unknown", "STATUS");

    private readonly Option<string[]> _projects = Many("--project", "Only of this project", "PROJECT");

    private readonly Option<string[]> _clusters = Many("--cluster", "Only on this cluster", "CLUSTER");

    private readonly Option<string> _labels = new("--selector", "-l") { Description = "Label selector of Kubernetes, such as team=web,tier!=db", HelpName = "SELECTOR", DefaultValueFactory = _ => "" };

    private readonly Option<bool> _attention = new("--attention") { Description = "Only those that ask for it: not Synced, not Healthy, with errors, or waiting for a person" };

    private readonly Option<string> _sort = new("--sort")
    {
        Description = "name, project, cluster, health (worst first), sync (out of sync first) or changed (latest first); with - before it the other way round",
        HelpName = "[-]COLUMN",
        DefaultValueFactory = _ => "name",
    };

    public void AddTo(Command command, ServerConnection server)
    {
        _health.AcceptOnlyFromAmong("Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown");
        _sync.AcceptOnlyFromAmong("Synced", "OutOfSync", "Unknown");
        _sort.AcceptOnlyFromAmong([.. ((string[])["name", "project", "cluster", "health", "sync", "changed"]).SelectMany(c => (string[])[c, "-" + c])]);
        _projects.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListProjectsAsync(ct)).Select(p => p.Name)));
        _clusters.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListClustersAsync(ct)).Select(c => c.Name)));
        foreach (var option in (Option[])[_text, _health, _sync, _projects, _clusters, _labels, _attention, _sort]) command.Add(option);
    }

    public ApplicationQuery Read(ParseResult parsed) => new()
    {
        Text = parsed.GetValue(_text)!,
        Health = parsed.GetValue(_health)!,
        Sync = parsed.GetValue(_sync)!,
        Projects = parsed.GetValue(_projects)!,
        Clusters = parsed.GetValue(_clusters)!,
        Labels = parsed.GetValue(_labels)!,
        Attention = parsed.GetValue(_attention),
        Sort = parsed.GetValue(_sort)!,
        Limit = ApplicationQuery.MaxLimit,
    };

    /// <summary>All that fit, however many pages that takes.</summary>
    public static async Task<IReadOnlyList<ApplicationSummary>> ListAsync(PlumbClient client, ApplicationQuery query, CancellationToken ct)
    {
        var all = new List<ApplicationSummary>();
        while (true)
        {
            var page = await client.ListApplicationsAsync(query, ct);
            all.AddRange(page.Items);
            if (page.Next is null) return all;
            query = query with { After = page.Next };
        }
    }

    private static Option<string[]> Many(string name, string description, string helpName) =>
        new(name) { Description = description + ". Repeatable", HelpName = helpName, DefaultValueFactory = _ => [] };
}
