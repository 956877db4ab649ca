using Plumb.GoTemplate;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Functions;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Text;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>What the functions of a run share.</summary>
internal sealed class EngineState(ILiveObjects? live, KnownGlobs globs)
{
    public KnownGlobs Globs { get; } = globs;

    public ILiveObjects? Live { get; } = live;

    /// <summary>How many executions of each template are under way.</summary>
    public Dictionary<string, Counter> Included { get; } = new(StringComparer.Ordinal);

    public sealed class Counter
    {
        public int Count { get; set; }
    }
}

/// <summary>All functions that charts may call: Go's, Sprig's without those that read the environment, and Helm's own.</summary>
internal static class EngineFunctions
{
    private const int MaxNested = 1000;

    public static FunctionTable Table { get; } = FunctionTable.Standard
        .With(SprigFunctions.All)
        .Without("env", "expandenv")
        .With(TextFunctions.All)
        .With(
        [
            new GoFunction("include", [GoType.String, GoType.Any], Include),
            new GoFunction("tpl", [GoType.String, GoType.Any], Tpl),
            new GoFunction("required", [GoType.String, GoType.Any], static (_, a) =>
                a[1].IsNil || (a[1].IsString && a[1].Text.Length == 0) ? throw new GoError(EngineErrors.Wrap(a[0].Text)) : a[1]),
            new GoFunction("fail", [GoType.String], static (_, a) => throw new GoError(EngineErrors.Wrap(a[0].Text))),
            new GoFunction("lookup", [GoType.String, GoType.String, GoType.String, GoType.String], Lookup),
            new GoFunction("getHostByName", [GoType.String], static (_, _) => GoValue.From("")),
        ]);

    private static GoValue Include(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var included = ((EngineState)run.Host!).Included;
        var name = arguments[0].Text;
        if (!included.TryGetValue(name, out var counter)) included[name] = counter = new EngineState.Counter();
        if (counter.Count > MaxNested)
        {
            throw new GoError(
                $"rendering template has a nested reference name: {name}: unable to execute template",
                new GoError("unable to execute template"));
        }

        counter.Count++;
        try
        {
            return GoValue.From(run.Execute(name, arguments[1]));
        }
        finally
        {
            counter.Count--;
        }
    }

    private static GoValue Tpl(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var text = arguments[0].Text;
        if (!text.Contains("{{", StringComparison.Ordinal)) return GoValue.From(WithoutNoValue(text));
        GoError failure;
        try
        {
            return GoValue.From(WithoutNoValue(run.ExecuteText("gotpl", text, arguments[1])));
        }
        catch (GoError error)
        {
            failure = error;
        }

        // Thrown here, not there: see Call.Invoke.
        var what = failure is TemplateParseError ? "cannot parse template" : "error during tpl function execution for";
        throw new LedError($"{what} {GoQuote.Quote(text)}: ", failure);
    }

    private static GoValue Lookup(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var live = ((EngineState)run.Host!).Live;
        var found = live?.Find(arguments[0].Text, arguments[1].Text, arguments[2].Text, arguments[3].Text);
        return found is null ? GoValue.From(new GoMap()) : GoYaml.FromNode(found);
    }

    public static string WithoutNoValue(string text) => text.Replace("<no value>", "", StringComparison.Ordinal);
}
