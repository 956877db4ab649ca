using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Builtin;

/// <summary>The functions of Go's <c>text/template</c> (<c>funcs.go</c>).</summary>
internal static class BuiltinFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        // evaluated by the engine itself, which stops at the first argument that decides
        new("and", [ReflectValue, ReflectValue], static (_, a) => a[^1], variadic: true),
        new("or", [ReflectValue, ReflectValue], static (_, a) => a[^1], variadic: true),
        new("not", [ReflectValue], static (_, a) => GoValue.From(!a[0].IsTrue)),
        new("call", [ReflectValue, ReflectValue], Calling.Call, variadic: true),
        new("index", [ReflectValue, ReflectValue], Indexing.Index, variadic: true),
        new("slice", [ReflectValue, ReflectValue], Indexing.Slice, variadic: true),
        new("len", [ReflectValue], Indexing.Length),
        new("print", [Any], static (run, a) => GoValue.From(GoFormat.Sprint(a, run)), variadic: true),
        new("println", [Any], static (run, a) => GoValue.From(GoFormat.Sprintln(a, run)), variadic: true),
        new("printf", [GoType.String, Any], static (run, a) => GoValue.From(GoFormat.Sprintf(a[0].Text, a[1..], run)), variadic: true),
        new("html", [Any], static (run, a) => GoValue.From(Escaping.Html(Escaping.Text(a, run))), variadic: true),
        new("js", [Any], static (run, a) => GoValue.From(Escaping.Js(Escaping.Text(a, run))), variadic: true),
        new("urlquery", [Any], static (run, a) => GoValue.From(Escaping.Query(Escaping.Text(a, run))), variadic: true),
        new("eq", [ReflectValue, ReflectValue], static (_, a) => GoValue.From(Comparing.Equal(a)), variadic: true),
        new("ne", [ReflectValue, ReflectValue], static (_, a) => GoValue.From(!Comparing.Equal(a))),
        new("lt", [ReflectValue, ReflectValue], static (_, a) => GoValue.From(Comparing.Less(a[0], a[1]))),
        new("le", [ReflectValue, ReflectValue], static (_, a) => GoValue.From(Comparing.LessOrEqual(a))),
        new("gt", [ReflectValue, ReflectValue], static (_, a) => GoValue.From(!Comparing.LessOrEqual(a))),
        new("ge", [ReflectValue, ReflectValue], static (_, a) => GoValue.From(!Comparing.Less(a[0], a[1]))),
    ];
}
