using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Plumb.Bench.Page;

/// <summary>
/// An interaction, done and timed inside the browser: from the event to the frame that shows its result, so that the way from this program to
/// the browser is not counted.
/// </summary>
internal static class Script
{
    private const string Finders = """
        const one = selector => document.querySelector(selector);
        const all = selector => [...document.querySelectorAll(selector)];
        const say = selector => one(selector)?.textContent.trim() ?? '';
        const tile = name => all('.tile').find(t => t.querySelector('.tile-name').textContent === name);
        const enter = (element, value, event) => { element.value = value; element.dispatchEvent(new Event(event, { bubbles: true })); };
        const within = element => { const box = element?.getBoundingClientRect(); return !!box && box.bottom > 0 && box.top < innerHeight; };
        """;

    /// <summary>Does something and returns how many milliseconds it took until its result was drawn.</summary>
    /// <param name="page">Where.</param>
    /// <param name="act">JavaScript: what to do.</param>
    /// <param name="shown">JavaScript: whether the result is there.</param>
    public static async Task<double> TimeAsync(IPage page, string act, string shown) => await page.EvaluateAsync<double>($$"""
        () => new Promise((done, failed) => {
          {{Finders}}
          const shown = () => {{shown}};
          if (shown()) return failed(new Error({{Text($"shown before anything was done: {shown}")}}));
          const start = performance.now();
          const look = () => {
            if (shown()) return requestAnimationFrame(() => done(performance.now() - start));
            if (performance.now() - start > 20000) return failed(new Error({{Text($"not within 20 s: {shown}")}}));
            requestAnimationFrame(look);
          };
          {{act}};
          look();
        })
        """);

    /// <summary>When something was drawn, as milliseconds since 1970, of this machine's clock.</summary>
    public static async Task<double> WhenAsync(IPage page, string shown) => await page.EvaluateAsync<double>($$"""
        () => new Promise((done, failed) => {
          {{Finders}}
          const shown = () => {{shown}};
          const start = performance.now();
          const look = () => {
            if (shown()) return requestAnimationFrame(() => done(performance.timeOrigin + performance.now()));
            if (performance.now() - start > 20000) return failed(new Error({{Text($"not within 20 s: {shown}")}}));
            requestAnimationFrame(look);
          };
          look();
        })
        """);

    /// <summary>A text as JavaScript writes it.</summary>
    public static string Text(string text) => JsonSerializer.Serialize(text);

    /// <summary>A number as JavaScript writes it.</summary>
    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
