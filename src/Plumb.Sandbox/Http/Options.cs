using System.Globalization;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

/// <summary>Checks the options of lists, creates and deletes as the server's option validation does.</summary>
internal static class Options
{
    /// <exception cref="ApiException">A combination that makes no sense (422), or a number that is none (400).</exception>
    public static void CheckList(Microsoft.AspNetCore.Http.IQueryCollection query)
    {
        foreach (var number in (ReadOnlySpan<string>)["limit", "timeoutSeconds"])
        {
            if (Query.Text(query, number) is { Length: > 0 } text && !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
        }

        if (Query.Text(query, "resourceVersionMatch") is not { Length: > 0 } match) return;
        var version = Query.Text(query, "resourceVersion") ?? "";
        var faults = new List<SchemaFault>();
        if (version.Length == 0) faults.Add(Forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided"));
        if (Query.Text(query, "continue") is { Length: > 0 }) faults.Add(Forbidden("resourceVersionMatch is forbidden when continue is provided"));
        if (match is not ("Exact" or "NotOlderThan"))
        {
            faults.Add(new("FieldValueNotSupported", "resourceVersionMatch",
                $"Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\", \"\""));
        }

        if (match == "Exact" && version == "0")
            faults.Add(Forbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        if (faults.Count > 0) throw ApiErrors.InvalidOptions("ListOptions", faults);
    }

    /// <summary>Whether the write is a dry run.</summary>
    /// <exception cref="ApiException">Another value than <c>All</c> (422).</exception>
    public static bool IsDryRun(IReadOnlyList<string> stated, string kind)
    {
        if (stated.Count == 0) return false;
        if (stated.All(value => value == "All")) return true;
        var printed = "[]string{" + string.Join(", ", stated.Select(v => $"\"{v}\"")) + "}";
        throw ApiErrors.InvalidOptions(kind,
            [new("FieldValueNotSupported", "dryRun", $"Unsupported value: {printed}: supported values: \"All\"")]);
    }

    /// <exception cref="ApiException">The name of a field manager is too long or cannot be printed (422).</exception>
    public static void CheckManager(string? manager, string kind)
    {
        if (manager is null) return;
        if (manager.Length > 128)
            throw ApiErrors.InvalidOptions(kind, [new("FieldValueTooLong", "fieldManager", "Too long: may not be more than 128 bytes")]);
        if (manager.FirstOrDefault(c => char.IsControl(c)) is var bad && bad != '\0')
        {
            throw ApiErrors.InvalidOptions(kind,
                [new("FieldValueInvalid", "fieldManager", $"Invalid value: \"{manager}\": should only contain printable characters")]);
        }
    }

    private static SchemaFault Forbidden(string why) => new("FieldValueForbidden", "resourceVersionMatch", "Forbidden: " + why);
}
