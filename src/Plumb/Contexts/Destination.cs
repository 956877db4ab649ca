namespace Plumb.Commands.Contexts;

/// <summary>Which server a command speaks to, and as whom.</summary>
/// <param name="Server">The server's address, with a slash at the end.</param>
internal sealed record Destination(Uri Server)
{
    /// <summary>Bearer token; empty: none.</summary>
    public string Token { get; init; } = "";

    /// <summary>Where the token is from, for people: <c>the context prod</c>, <c>PLUMB_TOKEN</c>; empty when there is none.</summary>
    public string TokenFrom { get; init; } = "";

    /// <summary>File of the certificate authorities to trust instead of the machine's; empty: the machine's.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>No token.</summary>
    public override string ToString() => ServerAddress.Text(Server);
}

/// <summary>The rules by which a destination is found. Pure: what it reads is given.</summary>
/// <param name="Server">The option <c>--server</c>.</param>
/// <param name="Context">The option <c>--context</c>.</param>
/// <param name="Environment">Variables.</param>
internal sealed record DestinationRules(string? Server, string? Context, Func<string, string?> Environment)
{
    public const string ServerVariable = "PLUMB_SERVER";
    public const string ContextVariable = "PLUMB_CONTEXT";
    public const string TokenVariable = "PLUMB_TOKEN";

    /// <summary>The rules in words, for help.</summary>
    public const string InWords = $"""
        Which server: --server, else --context, else ${ServerVariable}, else ${ContextVariable}, else the current context, else {ServerAddress.Usual}.
        Which token: the one that was got for that server's scheme, host and port, and never another: ${TokenVariable} for the server that ${ServerVariable}
        (else ${ContextVariable}, else --server) names; otherwise that of a context with this address. No token goes over plain HTTP to another machine
        unless it was got with --insecure-http.
        """;

    /// <exception cref="UsageException">What is given contradicts itself, or a token would go where it must not.</exception>
    public Destination Choose(ContextSet contexts)
    {
        if (Server is not null && Context is not null) throw new UsageException("--server and --context both say which server to speak to: give one of them");
        var (address, named) = Place(contexts);
        var (context, token, from) = (named ?? contexts.FindFor(address), "", "");
        if (Variable(TokenVariable) is { } given && TokenBelongsTo(address, contexts))
            (token, from) = (BearerToken.Check(given, TokenVariable), TokenVariable);
        else if (context is { Token.Length: > 0 })
            (token, from) = (BearerToken.Check(context.Token, $"the context {context.Name}"), $"the context {context.Name}");
        if (token.Length > 0 && ServerAddress.IsOpenToOthers(address) && context is not { InsecureHttp: true })
        {
            throw new UsageException(
                $"the token of {from} would go to {ServerAddress.Text(address)} over plain HTTP, where others can read it: use https, or `plumb login --insecure-http` once");
        }

        return new Destination(address) { Token = token, TokenFrom = from, CaFile = context?.CaFile ?? "" };
    }

    private (Uri Address, ServerContext? Context) Place(ContextSet contexts)
    {
        if (Server is not null) return (ServerAddress.Parse(Server), null);
        if (Context is not null) return Of(contexts.Get(Context));
        if (Variable(ServerVariable) is { } server) return (ServerAddress.Parse(server), null);
        if (Variable(ContextVariable) is { } context) return Of(contexts.Get(context));
        if (contexts.Current.Length == 0) return (ServerAddress.Parse(ServerAddress.Usual), null);
        // Whoever set the variable for a server meant that one, which nobody names now.
        if (Variable(TokenVariable) is not null)
        {
            throw new UsageException(
                $"{TokenVariable} is set, but nothing says for which server: set {ServerVariable} too, or unset it to use the current context {contexts.Current}");
        }

        return Of(contexts.Get(contexts.Current));
    }

    private bool TokenBelongsTo(Uri address, ContextSet contexts)
    {
        if (Variable(ServerVariable) is { } server) return ServerAddress.IsSameOrigin(ServerAddress.Parse(server), address);
        if (Variable(ContextVariable) is { } context)
            return contexts.Find(context) is { } found && ServerAddress.IsSameOrigin(ServerAddress.Parse(found.Server), address);
        return Context is null;
    }

    private string? Variable(string name) => Environment(name) is { Length: > 0 } value ? value : null;

    private static (Uri Address, ServerContext Context) Of(ServerContext context) => (ServerAddress.Parse(context.Server), context);
}
