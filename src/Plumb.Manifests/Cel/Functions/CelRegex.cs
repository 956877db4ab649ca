using System.Text.RegularExpressions;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Regular expressions in RE2's syntax and linear time.</summary>
internal static class CelRegex
{
    public static Regex? Compile(string pattern, out string? problem) => Re2.TryCompile(pattern, out problem);
}
