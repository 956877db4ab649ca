using System.Globalization;

namespace Plumb.Commands.Terminals;

/// <summary>Short forms for tables.</summary>
internal static class Words
{
    /// <summary>The beginning of a commit id, the version of a chart.</summary>
    public static string Revision(string commit) =>
        commit.IndexOf("@sha256:", StringComparison.Ordinal) is var at and > 0 ? commit[..at] : commit.Length >= 40 ? commit[..8] : commit;

    /// <summary>The first line, marked when there are more. Words may be missing: other versions of the server leave them out.</summary>
    public static string FirstLine(string? text)
    {
        if (text is null) return "";
        var end = text.IndexOf('\n');
        return end < 0 ? text : text[..end] + " …";
    }

    /// <summary>How long ago, as kubectl says it: 5s, 3m, 2h, 4d.</summary>
    public static string Age(DateTimeOffset? at, DateTimeOffset now)
    {
        if (at is not { } then) return "";
        var age = now - then;
        return age switch
        {
            { TotalSeconds: < 0 } => "0s",
            { TotalMinutes: < 2 } => $"{(int)age.TotalSeconds}s",
            { TotalHours: < 2 } => $"{(int)age.TotalMinutes}m",
            { TotalDays: < 2 } => $"{(int)age.TotalHours}h",
            _ => $"{(int)age.TotalDays}d",
        };
    }

    /// <summary>A sync wave; the one before all that people write (a namespace made first) has no number worth showing.</summary>
    public static string Wave(int wave) => wave <= -1_000_000 ? "first" : wave.ToString(CultureInfo.InvariantCulture);

    /// <summary>A time as the reader's clock shows it.</summary>
    public static string Time(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Count(int count, string singular, string? plural = null) =>
        count == 1 ? $"1 {singular}" : $"{count} {plural ?? singular + "s"}";
}
