using Plumb.GoTemplate;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Functions;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Text;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>As much of Helm as a single expression needs: its functions, and a file that includes the expression.</summary>
internal static class ExpressionHost
{
    public const string File = "x/templates/t.yaml";

    private static readonly GoType CommonValues = GoType.Named("common.Values", GoType.AnyMap);

    // what "now" was when the corpus was made, to the minute
    private static readonly TimeProvider Clock = new FixedClock(new DateTimeOffset(2026, 11, 22, 20, 2, 0, TimeSpan.Zero));

    public static readonly FunctionTable Functions = FunctionTable.Standard
        .With(SprigFunctions.All)
        .With(TextFunctions.All)
        .With(
        [
            new GoFunction("include", [GoType.String, GoType.Any], Include),
            new GoFunction("tpl", [GoType.String, GoType.Any], Tpl),
            new GoFunction("required", [GoType.String, GoType.Any], static (_, a) => a[1].IsNil || (a[1].IsString && a[1].Text.Length == 0)
                ? throw new GoError(EngineErrors.Wrap(a[0].Text))
                : a[1]),
            new GoFunction("fail", [GoType.String], static (_, a) => throw new GoError(EngineErrors.Wrap(a[0].Text))),
            new GoFunction(
                "lookup", [GoType.String, GoType.String, GoType.String, GoType.String], static (_, _) => GoValue.From(new GoMap())),
        ]);

    /// <summary>What the expression gives, or the error as Helm shows it.</summary>
    public static (string? Text, string? Error) Evaluate(string expression, GoValue data)
    {
        const string Before = "{{ define \"t2\" }}T2:{{ . }}{{ end }}{{ define \"t\" }}";
        var text = Before + expression + "{{ end }}\nout: {{ include \"t\" .Values.T }}";
        var (output, error) = Render(text, data);
        return (output?["\nout: ".Length..], error);
    }

    /// <summary>What a whole file gives, or the error as Helm shows it.</summary>
    public static (string? Text, string? Error) Render(string text, GoValue data)
    {
        var set = new TemplateSet(Functions, new TemplateOptions { Name = "gotpl", MissingKey = MissingKey.Zero });
        try
        {
            set.Parse(File, text);
        }
        catch (GoError error)
        {
            return (null, EngineErrors.OfParsing(File, error));
        }

        var root = new GoMap { ["Values"] = GoValue.From(new GoMap { ["T"] = data }) };
        var values = GoValue.From(root.As(CommonValues));
        try
        {
            return (new Execution(set, host: new Dictionary<string, int>()) { Clock = Clock }.Execute(File, values), null);
        }
        catch (GoError error)
        {
            return (null, EngineErrors.OfExecution(File, error));
        }
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private static GoValue Include(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var included = (Dictionary<string, int>)run.Host!;
        var name = arguments[0].Text;
        var count = included.GetValueOrDefault(name);
        if (count > 1000)
        {
            throw new GoError(
                $"rendering template has a nested reference name: {name}: unable to execute template",
                    new GoError("unable to execute template"));
        }

        included[name] = count + 1;
        var text = run.Execute(name, arguments[1]);
        included[name]--;
        return GoValue.From(text);
    }

    private static GoValue Tpl(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var text = arguments[0].Text;
        try
        {
            return GoValue.From(run.ExecuteText("gotpl", text, arguments[1]).Replace("<no value>", "", StringComparison.Ordinal));
        }
        catch (TemplateParseError error)
        {
            throw new GoError($"cannot parse template {GoQuote.Quote(text)}: {error.Message}", error);
        }
        catch (GoError error)
        {
            throw new GoError($"error during tpl function execution for {GoQuote.Quote(text)}: {error.Message}", error);
        }
    }
}
