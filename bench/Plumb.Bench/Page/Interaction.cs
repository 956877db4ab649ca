using static Plumb.Bench.Page.Script;

namespace Plumb.Bench.Page;

/// <summary>Something that a person does in the page.</summary>
/// <param name="Name">In words; those of the same name are counted together.</param>
/// <param name="Act">JavaScript: what is done.</param>
/// <param name="Shown">JavaScript: whether the page shows the result.</param>
internal sealed record Interaction(string Name, string Act, string Shown)
{
    private const string All = "say('[data-shown]').length > 0 && !say('[data-shown]').includes(' of ')";
    private const string Narrowed = "say('[data-shown]').includes(' of ')";

    /// <summary>What one round in the list of applications does, beginning and ending with all of them as tiles by name.</summary>
    public static IEnumerable<Interaction> InTheList(int round, int applications)
    {
        var name = PageRepository.Name(round % applications);
        yield return new("type in the search", $"enter(one('[data-filter]'), {Text(name)}, 'input')", $"say('[data-shown]').startsWith('1 of ') && all('.tile').length === 1 && !!tile({Text(name)})");
        yield return new("empty the search", "enter(one('[data-filter]'), '', 'input')", $"{All} && all('.tile').length > 9");
        foreach (var (facet, value) in ((string, string)[])[("Health", "Progressing"), ("Sync", "Out of sync"), ("Project", $"team-{round % 10}"), ("Cluster", PageRepository.Away)])
        {
            yield return new("open a menu of the filter", $"all('.facet summary').find(s => s.textContent.startsWith({Text(facet)})).click()", "!!one('.facet[open] .facet-value')");
            yield return new($"filter by {facet.ToLowerInvariant()}", $"all('.facet[open] .facet-value').find(l => l.textContent.includes({Text(value)})).querySelector('input').click()", Narrowed);
            yield return new("clear the filter", "one('.chip.clear').click()", All);
        }

        yield return new("filter by label", $"enter(one('.filter-labels input'), 'team=team-{Number(round % 10)},tier!=back', 'change')", Narrowed);
        yield return new("clear the filter", "one('.chip.clear').click()", All);
        yield return new("sort by health", "enter(one('.filters select'), 'health', 'change')", "say('.tile-name') !== 'app-00000'");
        yield return new("sort by name", "enter(one('.filters select'), 'name', 'change')", "say('.tile-name') === 'app-00000'");
        yield return new("scroll to the end", "scrollTo(0, document.body.scrollHeight)", "within(tile('root'))");
        yield return new("scroll to the beginning", "scrollTo(0, 0)", "within(tile('app-00000'))");
        yield return new("as a table", View("Table"), "all('table.applications tbody th').length > 9");
        yield return new("sort the table the other way round", "all('.sort').find(b => b.textContent.startsWith('Name')).click()", "say('table.applications tbody th') === 'root'");
        yield return new("scroll the table to the end", "scrollTo(0, document.body.scrollHeight)", "within(all('table.applications tbody th').find(r => r.textContent === 'app-00000'))");
        yield return new("scroll the table to the beginning", "scrollTo(0, 0)", "within(all('table.applications tbody th').find(r => r.textContent === 'root'))");
        yield return new("sort the table", "all('.sort').find(b => b.textContent.startsWith('Name')).click()", "say('table.applications tbody th') === 'app-00000'");
        yield return new("by cluster", View("By cluster"), "!!one('.health-bar') && !one('table.applications')");
        yield return new("as tiles", View("Tiles"), "all('.tile').length > 9");
    }

    /// <summary>What one round in an application does, beginning and ending in the list.</summary>
    public static IEnumerable<Interaction> InAnApplication(int round)
    {
        var name = PageRepository.Name(round % 30);
        yield return Open(name);
        yield return new("go back", "history.back()", "all('.tile').length > 9");
        yield return Open(name);
        foreach (var (tab, content) in ((string, string)[])
            [("list", "tbody td"), ("diff", ".tab-say"), ("runs", ".run, .empty"), ("events", "tbody td, .empty"), ("manifests", ".yaml"), ("tree", ".node[data-owner]")])
        {
            yield return new($"open the tab {tab}", $"one('#tab-{tab}').click()", $"!!one('#tab-{tab}[aria-selected=true]') && all({Text(content)}).some(e => e.closest('#tab-body'))");
        }

        yield return new("open the sync dialog", "one('[data-key=s]').click()", "!!one('dialog[open] .choose-row')");
        yield return new("close the sync dialog", "one('dialog[open] .modal-head button').click()", "!one('dialog')");
        yield return new("go to the list", "one('.crumbs a').click()", "all('.tile').length > 9");
    }

    private static Interaction Open(string name) =>
        new("open an application", $"tile({Text(name)}).querySelector('a').click()", $"say('h1') === {Text(name)} && !!one('.node[data-owner=\"\"]')");

    private static string View(string view) => $"all('.segments button').find(b => b.textContent === {Text(view)}).click()";
}
