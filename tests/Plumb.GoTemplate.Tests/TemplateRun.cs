using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Tests;

/// <summary>Runs one text, in one line.</summary>
internal static class TemplateRun
{
    /// <summary>What the text writes, or the message of the error it ends in.</summary>
    public static string Of(string text, GoValue data = default, FunctionTable? functions = null, TemplateOptions? options = null, TemplateLimits? limits = null)
    {
        var set = new TemplateSet(functions ?? FunctionTable.Standard, options);
        try
        {
            set.Parse("t", text);
            return new Execution(set, limits).Execute("t", data);
        }
        catch (GoError error)
        {
            return error.Message;
        }
    }
}
