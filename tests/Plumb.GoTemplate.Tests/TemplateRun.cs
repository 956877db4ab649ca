using Plumb.GoTemplate.Functions;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Tests;

/// <summary>Runs one text under the name t, in one line.</summary>
internal static class TemplateRun
{
    /// <summary>Go's functions and Sprig's, with an <c>include</c> and a <c>tpl</c> as a host would have them.</summary>
    public static readonly FunctionTable Functions = FunctionTable.Standard.With(SprigFunctions.All).With(
    [
        new GoFunction("include", [GoType.String, GoType.Any], static (run, a) => GoValue.From(run.Execute(a[0].Text, a[1]))),
        new GoFunction("tpl", [GoType.String, GoType.Any], static (run, a) => GoValue.From(run.ExecuteText("t", a[0].Text, a[1]))),
    ]);

    /// <summary>What the text writes, or the message of the error it ends in.</summary>
    public static string Of(string text, GoValue data = default, TemplateOptions? options = null, TemplateLimits? limits = null)
    {
        var name = options?.Name is { Length: > 0 } given ? given : "t";
        var set = new TemplateSet(Functions, options);
        try
        {
            set.Parse(name, text);
            return new Execution(set, limits).Execute(name, data);
        }
        catch (GoError error)
        {
            return error.Message;
        }
    }
}
