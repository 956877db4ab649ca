namespace Plumb.Web.Tests.Browser;

/// <summary>Each view of the page: a name, its address in the sample, and what is there when it is ready.</summary>
public static class Views
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<(string Name, string Path, string Ready)> All =
    [
        ("dashboard", "/", ".counts"),
        ("applications", "/applications", ".tile"),
        ("applications-table", "/applications?view=table", "table.applications tbody tr th"),
        ("applications-clusters", "/applications?view=clusters", ".health-bar"),
        ("application-tree", "/applications/shop", ".node"),
        ("application-broken", "/applications/broken?tab=list", ".table"),
        ("application-big-tree", "/applications/big", ".node-group"),
        ("application-list", "/applications/shop?tab=list", ".table"),
        ("application-diff", "/applications/shop?tab=diff", ".diff"),
        ("application-runs", "/applications/shop?tab=runs", ".run"),
        ("application-events", "/applications/shop?tab=events", ".table"),
        ("application-manifests", "/applications/shop?tab=manifests", ".yaml"),
        ("application-logs", "/applications/shop?tab=logs", ".log-text"),
        ("application-suspended", "/applications/payments", ".note-held"),
        ("application-panel", "/applications/shop?resource=apps%2FDeployment%2Fshop%2Fweb&pane=diff", ".panel .diff"),
        ("clusters", "/clusters", ".table"),
        ("cluster", "/clusters/eu-west-1", ".app-facts"),
        ("repositories", "/repositories", ".repository"),
        ("projects", "/projects", ".table"),
        ("project", "/projects/platform", ".role"),
        ("audit", "/audit", ".table"),
        ("settings", "/settings", ".policy"),
        ("account", "/account", ".table"),
        ("sign-in", "/sign-in?error=wrong", ".sign-in"),
        ("not-found", "/nothing/here", "h1"),
    ];
}
