using Plumb.GoTemplate;
using Plumb.GoTemplate.Functions;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary><c>--name-template</c>: a release's name made by a template (<c>TemplateName</c>).</summary>
public static class ReleaseNames
{
    /// <summary>What the template gives.</summary>
    /// <exception cref="HelmException">It cannot be read, or fails.</exception>
    public static string Of(string template)
    {
        var set = new TemplateSet(FunctionTable.Standard.With(SprigFunctions.All), new TemplateOptions { Name = "name-template" });
        try
        {
            set.Parse("name-template", template);
            return new Execution(set).Execute("name-template", default);
        }
        catch (GoError error)
        {
            throw new HelmException(error.Message, error);
        }
    }
}
