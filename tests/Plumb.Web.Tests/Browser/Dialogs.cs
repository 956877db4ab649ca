using Microsoft.Playwright;

namespace Plumb.Web.Tests.Browser;

/// <summary>Each dialog, list and menu that opens over a view: a name, where it is opened from, and how.</summary>
internal static class Dialogs
{
    private const string Kubeconfig = "contexts: [{name: north, context: {cluster: c}}, {name: south, context: {cluster: c}}]";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<(string Name, string Path, Func<IPage, Task> Open)> All =
    [
        ("sync", "/applications/shop", page => DialogAsync(page, "Sync…")),
        ("rollback", "/applications/shop", async page =>
        {
            await DialogAsync(page, "Roll back…");
            await page.Locator("dialog select").SelectOptionAsync(new SelectOptionValue { Index = 3 });
            await page.WaitForSelectorAsync("dialog .change .diff");
        }),
        ("suspend", "/applications/shop", page => DialogAsync(page, "Suspend…")),
        ("delete", "/applications/shop", page => DialogAsync(page, "Delete…")),
        ("help", "/applications/shop", page => DialogAsync(page, "Help and keys")),
        ("find", "/applications/shop", async page =>
        {
            await page.Locator("#search").FillAsync("s");
            await page.WaitForSelectorAsync("#find-list li");
        }),
        ("find-nothing", "/applications/shop", async page =>
        {
            await page.Locator("#search").FillAsync("no such thing");
            await page.WaitForSelectorAsync("#find-list li");
        }),
        ("cluster-add", "/clusters", async page =>
        {
            await DialogAsync(page, "Add a cluster…");
            await page.Locator("dialog textarea").FillAsync(Kubeconfig);
            await page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
            await page.WaitForSelectorAsync("dialog .note-good");
        }),
        ("cluster-add-token", "/clusters", async page =>
        {
            await DialogAsync(page, "Add a cluster…");
            await page.GetByLabel("by address and token").CheckAsync();
            await page.GetByLabel("Server", new() { Exact = true }).FillAsync("https://10.9.0.1:6443");
            await page.GetByLabel("Token of a service account").FillAsync("secret");
            await page.GetByLabel("Name what").FillAsync("dark");
            await page.GetByLabel("Namespaces that").FillAsync("shop");
            await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
            await page.WaitForSelectorAsync("dialog [role=alert]");
        }),
        ("cluster-labels", "/clusters/eu-west-1", async page =>
        {
            await DialogAsync(page, "Labels…");
            await page.Locator("dialog textarea").FillAsync("env=prod");
            await page.WaitForSelectorAsync(".label-changes li");
        }),
        ("cluster-credentials", "/clusters/eu-west-1", page => DialogAsync(page, "New credentials…")),
        ("cluster-remove", "/clusters/eu-west-1", page => DialogAsync(page, "Remove…")),
        ("token", "/account", page => DialogAsync(page, "New token")),
        ("account", "/account", page => DialogAsync(page, "New account")),
    ];

    private static async Task DialogAsync(IPage page, string button)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await page.WaitForSelectorAsync("dialog[open]");
        await page.WaitForFunctionAsync("() => !document.querySelector('dialog [aria-label=Loading]')");
    }
}
