using Plumb.GoTemplate.Functions.Lists;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Reflection;

/// <summary>Sprig's functions that tell types and kinds (<c>reflect.go</c>).</summary>
internal static class ReflectionFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("typeOf", [Any], static (_, a) => GoValue.From(TypeName(a[0]))),
        new("typeIs", [GoType.String, Any], static (_, a) => GoValue.From(a[0].Text == TypeName(a[1]))),
        new("typeIsLike", [GoType.String, Any], static (_, a) =>
            GoValue.From(a[0].Text == TypeName(a[1]) || "*" + a[0].Text == TypeName(a[1]))),
        new("kindOf", [Any], static (_, a) => GoValue.From(ListFunctions.KindName(a[0]))),
        new("kindIs", [GoType.String, Any], static (_, a) => GoValue.From(a[0].Text == ListFunctions.KindName(a[1]))),
        new("deepEqual", [Any, Any], static (run, a) => GoValue.From(Emptiness.DeepEqual(run, a[0], a[1]))),
    ];

    private static string TypeName(in GoValue value) => value.IsNil ? "<nil>" : value.Type!.Name;
}
