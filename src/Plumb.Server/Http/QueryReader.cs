using System.Globalization;
using System.Net;
using Plumb.Api;

namespace Plumb.Server.Http;

/// <summary>Parameters of a query.</summary>
/// <param name="query">As it was sent.</param>
internal readonly struct QueryReader(IQueryCollection query)
{
    /// <summary>A text; empty when it is not given.</summary>
    public string Text(string name) => query[name].ToString();

    /// <summary>A text, or null.</summary>
    public string? Optional(string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>Values given one by one or separated by commas.</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. query[name].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    /// <summary>A whole number.</summary>
    /// <exception cref="PlumbApiException">With status 400: it is none.</exception>
    public int Number(string name, int otherwise) =>
        !query.TryGetValue(name, out var value) ? otherwise
        : int.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw Bad($"{name} is \"{value}\", which is no whole number");

    /// <summary><c>true</c> or <c>false</c>.</summary>
    /// <exception cref="PlumbApiException">With status 400: it is neither.</exception>
    public bool Flag(string name, bool otherwise = false) =>
        !query.TryGetValue(name, out var value) ? otherwise
        : value.ToString() is "" ? true
        : bool.TryParse(value.ToString(), out var flag) ? flag
        : throw Bad($"{name} is \"{value}\"; it can be true or false");

    /// <summary>A time as in RFC 3339; null when it is not given.</summary>
    /// <exception cref="PlumbApiException">With status 400: it is none.</exception>
    public DateTimeOffset? Time(string name) =>
        !query.TryGetValue(name, out var value) ? null
        : DateTimeOffset.TryParse(value.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw Bad($"{name} is \"{value}\"; write a time such as 2026-11-26T13:00:00Z");

    /// <summary>A resource's name, by <c>group</c>, <c>kind</c>, <c>namespace</c> and <c>name</c>; null when no kind is given.</summary>
    public ResourceName? Resource() =>
        Text("kind").Length == 0 ? null : new ResourceName(Text("group"), Text("kind"), Text("namespace"), Text("name"));

    /// <summary>The same where it has to be given.</summary>
    /// <exception cref="PlumbApiException">With status 400: it is not.</exception>
    public ResourceName NamedResource() =>
        Resource() is { Name.Length: > 0 } named ? named : throw Bad("name a resource: group (empty for core), kind, namespace (empty where it has none) and name");

    private static PlumbApiException Bad(string message) => new(message, HttpStatusCode.BadRequest);
}
