using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Plumb.Web.Application.Diff;

/// <summary>A line of YAML, coloured.</summary>
public sealed class YamlLine : ComponentBase
{
    /// <summary>The line.</summary>
    [Parameter]
    [EditorRequired]
    public string Text { get; set; } = "";

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        foreach (var (css, text) in YamlTint.Line(Text))
        {
            if (css.Length == 0 || css == "y-mark")
            {
                builder.AddContent(0, text);
                continue;
            }

            builder.OpenElement(1, "span");
            builder.AddAttribute(2, "class", css);
            builder.AddContent(3, text);
            builder.CloseElement();
        }
    }
}
