using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Semver;

/// <summary>The type <c>*semver.Version</c> with the methods that templates call.</summary>
internal static class VersionType
{
    public static readonly GoType Pointer = GoType.Pointer(GoType.Struct(
        "semver.Version",
        Method("Major", static v => GoValue.Unsigned(GoKind.Uint64, v.Major)),
        Method("Minor", static v => GoValue.Unsigned(GoKind.Uint64, v.Minor)),
        Method("Patch", static v => GoValue.Unsigned(GoKind.Uint64, v.Patch)),
        Method("Prerelease", static v => GoValue.From(v.Prerelease)),
        Method("Metadata", static v => GoValue.From(v.Metadata)),
        Method("Original", static v => GoValue.From(v.Original)),
        Method("String", static v => GoValue.From(v.Text)),
        Method("IncMajor", static v => GoValue.From(v.Next(0))),
        Method("IncMinor", static v => GoValue.From(v.Next(1))),
        Method("IncPatch", static v => GoValue.From(v.Next(2))),
        Comparing("Compare", static c => GoValue.From(c)),
        Comparing("Equal", static c => GoValue.From(c == 0)),
        Comparing("LessThan", static c => GoValue.From(c < 0)),
        Comparing("LessThanEqual", static c => GoValue.From(c <= 0)),
        Comparing("GreaterThan", static c => GoValue.From(c > 0)),
        Comparing("GreaterThanEqual", static c => GoValue.From(c >= 0)),
        new GoFunction("SetPrerelease", [GoType.Any, GoType.String], static (_, a) => GoValue.From(Of(a[0]).WithPrerelease(a[1].Text))),
        new GoFunction("SetMetadata", [GoType.Any, GoType.String], static (_, a) => GoValue.From(Of(a[0]).WithMetadata(a[1].Text)))));

    public static SemanticVersion Of(in GoValue value)
    {
        if (value.IsNil || value.IsNilPointer) throw Panics.NilDereference();
        return value.Kind == GoKind.Ptr && value.Object is SemanticVersion version
            ? version
            : throw new GoError($"wrong type for value; expected *semver.Version; got {value.Type}");
    }

    private static GoFunction Method(string name, Func<SemanticVersion, GoValue> read) => new(name, [GoType.Any], (_, a) => read(Of(a[0])));

    private static GoFunction Comparing(string name, Func<int, GoValue> judge) =>
        new(name, [GoType.Any, GoType.Any], (_, a) => judge(Of(a[0]).CompareTo(Of(a[1]))));
}
