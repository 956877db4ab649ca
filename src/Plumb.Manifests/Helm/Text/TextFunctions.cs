using Plumb.GoTemplate.Functions.Json;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.Manifests.Helm.Text;

/// <summary>Helm's own template functions for YAML, JSON and TOML (<c>pkg/engine/funcs.go</c>).</summary>
public static class TextFunctions
{
    /// <summary>All of them; those of Sprig's of the same name are replaced.</summary>
    public static IEnumerable<GoFunction> All =>
    [
        new("toYaml", [Any], static (run, a) => Emitted(run, GoYaml.Write(a[0], run))),
        new("mustToYaml", [Any], static (run, a) =>
            GoValue.From(GoYaml.Write(a[0], run) ?? throw new GoError("error marshaling into JSON: json: unsupported value"))),
        new("toYamlPretty", [Any], static (run, a) => Emitted(run, GoYaml.WritePretty(a[0], run))),
        new("fromYaml", [GoType.String], static (_, a) => FromYaml(a[0].Text)),
        new("fromYamlArray", [GoType.String], static (_, a) => FromYamlArray(a[0].Text)),
        new("toJson", [Any], static (run, a) =>
        {
            try
            {
                return GoValue.From(GoJsonWriter.Write(a[0], run: run));
            }
            catch (GoError)
            {
                return GoValue.From("");
            }
        }),
        new("mustToJson", [Any], static (run, a) => GoValue.From(GoJsonWriter.Write(a[0], run: run))),
        new("fromJson", [GoType.String], static (run, a) => FromJson(a[0].Text, run)),
        new("fromJsonArray", [GoType.String], static (run, a) => FromJsonArray(a[0].Text, run)),
        new("toToml", [Any], static (run, a) =>
        {
            try
            {
                return GoValue.From(GoTomlWriter.Write(a[0], run));
            }
            catch (GoError error) when (!error.Message.StartsWith("reflect:", StringComparison.Ordinal))
            {
                return GoValue.From(error.Message);
            }
        }),
        new("fromToml", [GoType.String], static (_, a) =>
        {
            try
            {
                return GoValue.From(GoTomlReader.Read(a[0].Text));
            }
            catch (GoError error)
            {
                return Failed(error.Message);
            }
        }),
    ];

    private static GoValue Emitted(GoTemplate.Running.Execution run, string? text)
    {
        if (text is not null) run.CheckString(text.Length);
        return GoValue.From(text);
    }

    private static GoValue FromYaml(string text)
    {
        try
        {
            var value = GoYaml.Read(text);
            if (value.IsNil) return GoValue.From(new GoMap());
            return value.Kind == GoKind.Map ? value : Failed($"error unmarshaling JSON: while decoding JSON: {Mismatch(value, AnyMap)}");
        }
        catch (GoError error)
        {
            return Failed(error.Message);
        }
    }

    private static GoValue FromYamlArray(string text)
    {
        try
        {
            var value = GoYaml.Read(text);
            if (value.IsNil) return GoValue.From(GoList.Nil(AnySlice));
            return value.IsList ? value : FailedList($"error unmarshaling JSON: while decoding JSON: {Mismatch(value, AnySlice)}");
        }
        catch (GoError error)
        {
            return FailedList(error.Message);
        }
    }

    private static GoValue FromJson(string text, GoTemplate.Running.Execution run)
    {
        try
        {
            var value = GoJsonReader.Read(text, out var fault, run);
            if (value.IsNil) return GoValue.From(GoMap.Nil(AnyMap));
            if (value.Kind != GoKind.Map) return Failed(Mismatch(value, AnyMap));
            if (fault is not null) value.Map.Set("Error", GoValue.From(fault.Message));
            return value;
        }
        catch (GoError error)
        {
            return Failed(error.Message);
        }
    }

    private static GoValue FromJsonArray(string text, GoTemplate.Running.Execution run)
    {
        try
        {
            var value = GoJsonReader.Read(text, out var fault, run);
            if (value.IsNil) return GoValue.From(GoList.Nil(AnySlice));
            if (!value.IsList) return FailedList(Mismatch(value, AnySlice));
            return fault is null ? value : FailedList(fault.Message);
        }
        catch (GoError error)
        {
            return FailedList(error.Message);
        }
    }

    private static string Mismatch(in GoValue value, GoType wanted)
    {
        var found = value.Kind switch
        {
            GoKind.Map => "object",
            GoKind.Slice => "array",
            GoKind.String => "string",
            GoKind.Bool => "bool",
            _ => "number",
        };
        return $"json: cannot unmarshal {found} into Go value of type {wanted}";
    }

    private static GoValue Failed(string message) => GoValue.From(new GoMap { ["Error"] = GoValue.From(message) });

    private static GoValue FailedList(string message) => GoValue.From(GoList.Of(GoValue.From(message)));
}
