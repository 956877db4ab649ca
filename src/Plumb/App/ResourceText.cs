using System.CommandLine;
using Plumb.Api;

namespace Plumb.Commands.App;

/// <summary>Resources as people write and Plumb prints them: <c>[GROUP/]KIND/[NAMESPACE/]NAME</c>.</summary>
internal static class ResourceText
{
    private const string Form = "write [GROUP/]KIND/[NAMESPACE/]NAME, such as Deployment/web or apps/Deployment/shop/web";

    /// <summary>Completes the names of what the application named on the command line has.</summary>
    public static void Complete(Argument<string> argument, Argument<string> application, ServerConnection server) =>
        argument.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => await NamesAsync(client, context.ParseResult.GetValue(application), ct)));

    /// <inheritdoc cref="Complete(Argument{string}, Argument{string}, ServerConnection)"/>
    public static void Complete(Option option, Argument<string> application, ServerConnection server) =>
        option.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => await NamesAsync(client, context.ParseResult.GetValue(application), ct)));

    /// <summary>
    /// The one that is meant among those an application has. Case of kinds does not matter, group and namespace may be left out while that
    /// means only one. What is not among them is taken as written: the server knows hooks that are gone and says what is not there.
    /// </summary>
    /// <exception cref="UsageException">It is not of that form, or means several.</exception>
    public static ResourceName Find(string text, IReadOnlyList<TreeRecord> tree)
    {
        var parts = text.Split('/');
        if (parts.Length is < 2 or > 4 || parts.Any(p => p.Length == 0)) throw new UsageException($"{text} names no resource; {Form}");
        var found = tree.Select(t => t.Resource).Distinct().Where(r => IsMeant(r, parts)).ToList();
        // A name written in full means itself, though others end alike.
        if (found.FirstOrDefault(r => r.ToString() == text) is { } exact) return exact;
        return found switch
        {
            [var one] => one,
            [] => Parse(text, parts),
            _ => throw new UsageException($"{text} may mean {string.Join(" or ", found.Take(5))}: write more of it"),
        };
    }

    private static bool IsMeant(ResourceName resource, string[] parts) => parts switch
    {
        [var kind, var name] => Is(resource, null, kind, null, name),
        [var a, var b, var name] => Is(resource, null, a, b, name) || Is(resource, a, b, null, name),
        [var group, var kind, var ns, var name] => Is(resource, group, kind, ns, name),
        _ => false,
    };

    private static bool Is(ResourceName resource, string? group, string kind, string? ns, string name) =>
        (group is null || resource.Group == group) && (ns is null || resource.Namespace == ns) && resource.Name == name
        && string.Equals(resource.Kind, kind, StringComparison.OrdinalIgnoreCase);

    private static ResourceName Parse(string text, string[] parts) => (parts, char.IsAsciiLetterLower(parts[0][0])) switch
    {
        ([var kind, var name], false) => new ResourceName("", kind, "", name),
        ([var kind, var ns, var name], false) => new ResourceName("", kind, ns, name),
        ([var group, var kind, var name], true) => new ResourceName(group, kind, "", name),
        ([var group, var kind, var ns, var name], true) => new ResourceName(group, kind, ns, name),
        _ => throw new UsageException($"{text} is no resource of the application; {Form}"),
    };

    private static async Task<IEnumerable<string>> NamesAsync(PlumbClient client, string? application, CancellationToken ct) =>
        application is null ? [] : (await client.GetTreeAsync(application, ct)).Select(t => t.Resource.ToString()).Distinct();
}
