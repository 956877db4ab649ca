using System.Text.Json.Serialization;

namespace Plumb.Commands.Contexts;

/// <summary>A server under a name of one's own, and how one is signed in there.</summary>
/// <remarks>A generated reader sets what a file leaves out to null, whatever the initializer says: null becomes the default here.</remarks>
internal sealed record ServerContext
{
    public required string Name { get; init; }

    /// <summary>Its address, without a slash at the end.</summary>
    public required string Server { get; init; }

    /// <summary>Who the token is for; empty when there is none.</summary>
    public string Account { get; init => field = value ?? ""; } = "";

    /// <summary>The bearer token; empty when the server asks for none, or after <c>plumb logout</c>.</summary>
    public string Token { get; init => field = value ?? ""; } = "";

    /// <summary>The token's id when <c>plumb login</c> got it with a password, so that <c>plumb logout</c> revokes it; otherwise empty.</summary>
    public string TokenId { get; init => field = value ?? ""; } = "";

    /// <summary>When the token ends; null: never, or not known.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>File of the certificate authorities to trust instead of the machine's; empty: the machine's.</summary>
    public string CaFile { get; init => field = value ?? ""; } = "";

    /// <summary>The token may go over plain HTTP, although others could read it on the way.</summary>
    public bool InsecureHttp { get; init; }

    /// <summary>No token.</summary>
    public override string ToString() => $"{Name} ({Server})";
}

/// <summary>All contexts and the one that is used when none is named.</summary>
internal sealed record ContextSet
{
    public static readonly ContextSet Empty = new();

    /// <summary>Name of the current one; empty: none.</summary>
    public string Current { get; init => field = value ?? ""; } = "";

    public IReadOnlyList<ServerContext> Contexts { get; init => field = value ?? []; } = [];

    public ServerContext? Find(string name) => Contexts.FirstOrDefault(c => c.Name == name);

    /// <exception cref="UsageException">There is none of that name.</exception>
    public ServerContext Get(string name) => Find(name) ?? throw new UsageException(
        $"there is no context {name}; " + (Contexts.Count == 0 ? "`plumb login URL` makes one" : "known are " + string.Join(", ", Contexts.Select(c => c.Name))));

    /// <summary>One that was made for the address's origin; the current one first.</summary>
    public ServerContext? FindFor(Uri address) =>
        Contexts.Where(c => ServerAddress.IsSameOrigin(ServerAddress.Parse(c.Server), address)).OrderByDescending(c => c.Name == Current).FirstOrDefault();

    public ContextSet With(ServerContext context) =>
        this with { Contexts = [.. Contexts.Where(c => c.Name != context.Name).Append(context).OrderBy(c => c.Name, StringComparer.Ordinal)] };

    public ContextSet Without(string name) =>
        this with { Contexts = [.. Contexts.Where(c => c.Name != name)], Current = Current == name ? "" : Current };
}

/// <summary>A context as commands show it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Server">The server's address.</param>
/// <param name="Current">Whether it is used when none is named.</param>
/// <param name="Account">Who is signed in; empty when nobody is.</param>
/// <param name="SignedIn">Whether there is a token.</param>
/// <param name="ExpiresAt">When the token ends; null: never, or not known.</param>
/// <param name="CaFile">File of the certificate authorities to trust; empty: the machine's.</param>
/// <param name="InsecureHttp">Whether the token may go over plain HTTP.</param>
internal sealed record ContextView(
    string Name, string Server, bool Current, string Account, bool SignedIn, DateTimeOffset? ExpiresAt, string CaFile, bool InsecureHttp)
{
    public static ContextView Of(ServerContext context, ContextSet all) => new(
        context.Name, context.Server, context.Name == all.Current, context.Account, context.Token.Length > 0, context.ExpiresAt, context.CaFile, context.InsecureHttp);
}

/// <summary>The file of contexts as JSON, and what commands show of it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ContextSet))]
[JsonSerializable(typeof(ContextView))]
[JsonSerializable(typeof(IReadOnlyList<ContextView>))]
internal sealed partial class ContextJson : JsonSerializerContext;
