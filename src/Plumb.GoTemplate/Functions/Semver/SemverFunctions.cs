using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Semver;

/// <summary>Sprig's functions over versions (<c>semver.go</c>).</summary>
internal static class SemverFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("semver", [GoType.String], static (_, a) => GoValue.From(SemanticVersion.Parse(a[0].Text))),
        new("semverCompare", [GoType.String, GoType.String], static (_, a) =>
        {
            var constraint = VersionConstraint.Parse(a[0].Text);
            return GoValue.From(constraint.Fits(SemanticVersion.Parse(a[1].Text)));
        }),
    ];
}
