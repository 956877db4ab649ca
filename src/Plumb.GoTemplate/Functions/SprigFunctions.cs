using Plumb.GoTemplate.Functions.Crypto;
using Plumb.GoTemplate.Functions.Dates;
using Plumb.GoTemplate.Functions.Defaults;
using Plumb.GoTemplate.Functions.Dicts;
using Plumb.GoTemplate.Functions.Json;
using Plumb.GoTemplate.Functions.Lists;
using Plumb.GoTemplate.Functions.Numbers;
using Plumb.GoTemplate.Functions.Reflection;
using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Functions.Semver;
using Plumb.GoTemplate.Functions.Text;
using Plumb.GoTemplate.Functions.Urls;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions;

/// <summary>The functions of Sprig 3.3.0, without <c>env</c> and <c>expandenv</c>, which Helm takes away.</summary>
public static class SprigFunctions
{
    /// <summary>All of them.</summary>
    public static IEnumerable<GoFunction> All =>
    [
        .. TextFunctions.All,
        .. ListFunctions.All,
        .. DictFunctions.All,
        .. DefaultFunctions.All,
        .. NumberFunctions.All,
        .. DateFunctions.All,
        .. RegexFunctions.All,
        .. SemverFunctions.All,
        .. JsonFunctions.All,
        .. ReflectionFunctions.All,
        .. PathFunctions.All,
        .. UrlFunctions.All,
        .. HashFunctions.All,
        .. CertificateFunctions.All,
    ];
}
