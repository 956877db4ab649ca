using System.Collections.Frozen;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Plumb.Web.Parts;

/// <summary>A small drawing beside a word. It says nothing of its own, so screen readers pass over it.</summary>
public sealed class Icon : ComponentBase
{
    private const string Circle = "M8 2.2a5.8 5.8 0 1 0 0 11.6 5.8 5.8 0 0 0 0-11.6z";

    private static readonly FrozenDictionary<string, string> Paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["dashboard"] = "M2.5 2.5H7V7H2.5zM9 2.5h4.5V7H9zM2.5 9H7v4.5H2.5zM9 9h4.5v4.5H9z",
        ["application"] = "M8 1.8l5.5 3.1v6.2L8 14.2l-5.5-3.1V4.9zM2.5 4.9L8 8l5.5-3.1M8 8v6.2",
        ["cluster"] = "M2.5 3h11v4.2h-11zM2.5 8.8h11V13h-11zM5 5.1h.01M5 10.9h.01",
        ["repository"] = "M4.5 5.5v5M11.5 6.5c0 3-7 1-7 4M4.5 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM4.5 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM11.5 6.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z",
        ["project"] = "M2 4.5a1 1 0 0 1 1-1h3l1.5 1.8H13a1 1 0 0 1 1 1v5.2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1z",
        ["audit"] = "M6 4h7.5M6 8h7.5M6 12h7.5M2.6 4h.6M2.6 8h.6M2.6 12h.6",
        ["settings"] = "M2.5 5H8M12 5h1.5M2.5 11H4M8 11h5.5M10 3.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zM6 9.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
        ["account"] = "M8 8.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 13.6c.6-2.4 2.7-3.6 5.2-3.6s4.6 1.2 5.2 3.6",
        ["search"] = "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2",
        ["help"] = Circle + "M6.2 6.3c.1-2.1 3.6-2.1 3.6 0 0 1.3-1.8 1.4-1.8 2.7M8 11.2h.01",
        ["question"] = Circle + "M6.2 6.3c.1-2.1 3.6-2.1 3.6 0 0 1.3-1.8 1.4-1.8 2.7M8 11.2h.01",
        ["info"] = Circle + "M8 7.3v3.7M8 5h.01",
        ["check"] = Circle + "M5.3 8.2l1.9 1.9 3.5-4",
        ["cross"] = Circle + "M6 6l4 4M10 6l-4 4",
        ["ban"] = Circle + "M4 4l8 8",
        ["pause"] = Circle + "M6.5 5.8v4.4M9.5 5.8v4.4",
        ["skip"] = Circle + "M5.5 5.7L8.3 8l-2.8 2.3M10.3 5.7v4.6",
        ["heart"] = "M8 13.3C4.2 10.5 2.2 8.6 2.2 6.2c0-1.7 1.3-3 2.9-3 1.2 0 2.3.7 2.9 1.9.6-1.2 1.7-1.9 2.9-1.9 1.6 0 2.9 1.3 2.9 3 0 2.4-2 4.3-5.8 7.1z",
        ["broken"] = "M8 13.3C4.2 10.5 2.2 8.6 2.2 6.2c0-1.7 1.3-3 2.9-3 1.2 0 2.3.7 2.9 1.9.6-1.2 1.7-1.9 2.9-1.9 1.6 0 2.9 1.3 2.9 3 0 2.4-2 4.3-5.8 7.1zM8 5.1L6.6 7.3l2.4 1.4-1 2.2",
        ["ghost"] = "M3.5 13.3V7a4.5 4.5 0 0 1 9 0v6.3l-1.8-1.3-1.4 1.3L8 12l-1.3 1.3L5.3 12zM6.3 7h.01M9.7 7h.01",
        ["turning"] = "M13.3 8A5.3 5.3 0 1 1 8 2.7c1.9 0 3.4.9 4.4 2.3M12.8 2.3v2.9H9.9",
        ["refresh"] = "M13.3 8A5.3 5.3 0 1 1 8 2.7c1.9 0 3.4.9 4.4 2.3M12.8 2.3v2.9H9.9",
        ["drift"] = "M2.5 5.5h9M9 3l2.5 2.5L9 8M13.5 10.5h-9M7 8l-2.5 2.5L7 13",
        ["sync"] = "M8 13.5v-9M4.5 7.7L8 4.2l3.5 3.5M3 2.2h10",
        ["equal"] = "M4 6.3h8M4 9.7h8",
        ["dash"] = "M4 8h8",
        ["plus"] = "M8 3.5v9M3.5 8h9",
        ["minus"] = "M3.5 8h9",
        ["warning"] = "M8 2.3l6.2 11H1.8zM8 6.5v3.3M8 11.6h.01",
        ["rollback"] = "M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.8 3.5l-3 3 3 3",
        ["play"] = "M5 3.2l7.5 4.8L5 12.8z",
        ["stop"] = "M4 4h8v8H4z",
        ["trash"] = "M2.8 4.3h10.4M6 4.3V2.7h4v1.6M4.2 4.3l.6 9h6.4l.6-9M6.8 7v3.6M9.2 7v3.6",
        ["close"] = "M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4",
        ["copy"] = "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
        ["download"] = "M8 2.5v7.5M4.8 7L8 10.2 11.2 7M2.8 13.3h10.4",
        ["theme"] = Circle + "M8 2.2v11.6M8 2.2a5.8 5.8 0 0 1 0 11.6",
        ["menu"] = "M2.5 4.2h11M2.5 8h11M2.5 11.8h11",
        ["out"] = "M6.5 2.8H3v10.4h3.5M10 5l3 3-3 3M13 8H6",
        ["chevron"] = "M6 3.5L10.5 8 6 12.5",
        ["down"] = "M3.5 6L8 10.5 12.5 6",
        ["clock"] = Circle + "M8 4.8V8l2.2 1.5",
        ["person"] = "M8 8.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 13.6c.6-2.4 2.7-3.6 5.2-3.6s4.6 1.2 5.2 3.6",
        ["tiles"] = "M2.5 2.5H7V7H2.5zM9 2.5h4.5V7H9zM2.5 9H7v4.5H2.5zM9 9h4.5v4.5H9z",
        ["table"] = "M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.6h11M6.5 6.3V13",
        ["tree"] = "M2 6.3h3.5v3.4H2zM10.5 2.5H14v3.4h-3.5zM10.5 10.1H14v3.4h-3.5zM5.5 8H8M8 4.2v7.6M8 4.2h2.5M8 11.8h2.5",
        ["diff"] = "M8 2.5v5M5.5 5h5M5.5 12h5M2.5 2.5v11M13.5 2.5v11",
        ["history"] = "M2.7 8a5.3 5.3 0 1 0 1.6-3.8L2.7 5.7M2.7 2.7v3h3M8 5.2V8l2 1.3",
        ["event"] = "M8 1.9L3.3 9h4l-.7 5.1L11.7 7h-4z",
        ["file"] = "M4 1.9h5l3 3v9.2H4zM9 1.9v3h3M6 8h4M6 10.7h4",
        ["log"] = "M2.5 3h11v10h-11zM4.8 6l2 2-2 2M8.5 10h2.7",
        ["fit"] = "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
        ["key"] = "M5.5 7.3a3.2 3.2 0 1 0 0 .01zM8.6 8H14v2.5M11.5 8v2",
        ["label"] = "M2.5 2.5h5.3l5.7 5.7-5.3 5.3-5.7-5.7zM5.4 5.4h.01",
        ["lock"] = "M3.5 7.3h9v6.2h-9zM5.3 7.3V5.2a2.7 2.7 0 0 1 5.4 0v2.1",
        ["link"] = "M6.5 9.5l3-3M7.5 4.7l1.3-1.3a2.7 2.7 0 0 1 3.8 3.8l-1.3 1.3M8.5 11.3l-1.3 1.3a2.7 2.7 0 0 1-3.8-3.8l1.3-1.3",
    }.ToFrozenDictionary();

    /// <summary>Which; a name that is not known draws nothing.</summary>
    [Parameter]
    [EditorRequired]
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "svg");
        builder.AddAttribute(1, "class", Name == "turning" ? "icon turning" : "icon");
        builder.AddAttribute(2, "viewBox", "0 0 16 16");
        builder.AddAttribute(3, "aria-hidden", "true");
        builder.OpenElement(4, "path");
        builder.AddAttribute(5, "d", Paths.GetValueOrDefault(Name, ""));
        builder.CloseElement();
        builder.CloseElement();
    }
}
