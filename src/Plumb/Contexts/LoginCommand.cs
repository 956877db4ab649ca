using System.CommandLine;
using System.Net;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Contexts;

/// <summary><c>plumb login</c>.</summary>
internal static class LoginCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var url = new Argument<string?>("url") { Description = $"The server. Default: that of the context, else ${DestinationRules.ServerVariable}", HelpName = "URL", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name") { Description = "Account; asked for on a terminal", HelpName = "NAME" };
        var password = new Option<bool>("--password-stdin") { Description = "Read the password from the input stream's first line" };
        var token = new Option<bool>("--token-stdin") { Description = "Read a token of `plumb token create` from the input stream's first line, instead of signing in with a password" };
        var context = new Option<string?>("--context") { Description = "Name to keep it under. Default: one with this address, else the server's host", HelpName = "NAME" };
        context.CompletionSources.Add(_ => ServerConnection.ContextNames());
        var insecure = new Option<bool>("--insecure-http") { Description = "Also over plain HTTP to another machine, where others can read password and token" };
        var ca = new Option<string?>("--ca-file") { Description = "PEM file of the certificate authorities to trust instead of the machine's", HelpName = "FILE" };
        var command = new DocumentedCommand("login", "Sign in to a server and make it the current context. What is kept is a token, in a file that only you can read.")
        {
            Notes = DestinationRules.InWords,
            Examples = """
                plumb login https://plumb.example.com
                plumb login https://plumb.example.com --name ada --password-stdin < password-file
                printf '%s\n' "$TOKEN" | plumb login https://plumb.example.com --token-stdin --context ci
                """,
        }.With(url, name, password, token, context, insecure, ca);
        command.SetAction((parsed, ct) =>
        {
            if (parsed.GetValue(password) && parsed.GetValue(token)) throw new UsageException("--password-stdin and --token-stdin both read the input stream: give one of them");
            if (parsed.GetValue(name) is not null && parsed.GetValue(token)) throw new UsageException("--name has no effect with --token-stdin: the token says whose it is");
            var file = server.Contexts;
            var all = file.Read();
            var kept = parsed.GetValue(context);
            var address = ServerAddress.Parse(parsed.GetValue(url) ?? Known(all, kept, server.Variables));
            if (ServerAddress.IsOpenToOthers(address) && !parsed.GetValue(insecure))
            {
                throw new UsageException(
                    $"{ServerAddress.Text(address)} is plain HTTP to another machine: others could read the password on the way. Use https, or --insecure-http if that is how it has to be");
            }

            var before = kept is not null ? all.Find(kept) : all.FindFor(address);
            var authorities = parsed.GetValue(ca) is { } given ? Path.GetFullPath(given)
                : before is not null && ServerAddress.IsSameOrigin(ServerAddress.Parse(before.Server), address) ? before.CaFile : "";
            var draft = new ServerContext
            {
                Name = kept ?? before?.Name ?? DefaultName(address),
                Server = ServerAddress.Text(address),
                InsecureHttp = parsed.GetValue(insecure),
                CaFile = authorities,
            };
            return RunAsync(terminal, file, all, draft, new Given(parsed.GetValue(name), parsed.GetValue(password), parsed.GetValue(token)), ct);
        });
        return command;
    }

    private sealed record Given(string? Name, bool PasswordOnInput, bool TokenOnInput);

    private static async Task<int> RunAsync(Terminal terminal, ContextFile file, ContextSet all, ServerContext draft, Given given, CancellationToken ct)
    {
        var context = given.TokenOnInput ? await WithTokenAsync(terminal, draft, ct) : await WithPasswordAsync(terminal, draft, given, ct);
        await file.WriteAsync(all.With(context) with { Current = context.Name }, ct);
        var until = context.ExpiresAt is { } end ? $" until {Words.Time(end)}" : "";
        terminal.Note(context.Token.Length > 0
            ? $"signed in at {context.Server} as {context.Account}{until}; the current context is {context.Name}"
            : $"{context.Server} asks for no sign-in; the current context is {context.Name}");
        return ExitCode.Ok;
    }

    private static async Task<ServerContext> WithTokenAsync(Terminal terminal, ServerContext draft, CancellationToken ct)
    {
        var token = BearerToken.Check((await Prompt.ReadGivenAsync(terminal, "token", ct)).Trim(), "the input stream");
        using var http = ServerHttp.Open(DestinationOf(draft) with { Token = token, TokenFrom = "the input stream" }, Timeout.InfiniteTimeSpan);
        var session = await AskAsync(() => new PlumbClient(http).GetSessionAsync(ct), $"{draft.Server} does not accept the token: make another with `plumb token create`, or on the server's page");
        if (session is { SignIn: true, Name.Length: 0 }) throw new UsageException($"{draft.Server} does not accept the token: make another with `plumb token create`, or on the server's page");
        return draft with { Account = session.Name, Token = token, ExpiresAt = session.ExpiresAt };
    }

    private static async Task<ServerContext> WithPasswordAsync(Terminal terminal, ServerContext draft, Given given, CancellationToken ct)
    {
        using var http = ServerHttp.Open(DestinationOf(draft), Timeout.InfiniteTimeSpan);
        var client = new PlumbClient(http);
        if (await SessionAsync(client, ct) is { } session)
        {
            if (!session.SignIn) return draft;
            if (!session.LocalAccounts)
            {
                throw new UsageException(
                    $"{draft.Server} has no accounts with passwords{(session.IdentityProvider.Length > 0 ? $", people sign in through {session.IdentityProvider}" : "")}: "
                    + "make a token on its page and give it with --token-stdin");
            }
        }

        var name = given.Name ?? await Prompt.AskAsync(terminal, "Name", "who signs in is not said: give --name, and --password-stdin or --token-stdin where nobody can be asked", ct);
        if (name.Length == 0) throw new UsageException("who signs in is not said: give --name");
        var password = given.PasswordOnInput
            ? await Prompt.ReadGivenAsync(terminal, "password", ct)
            : await Prompt.AskHiddenAsync(terminal, $"Password of {name}", $"the password of {name} cannot be asked for here: give it with --password-stdin, or a token with --token-stdin", ct);
        var answer = await AskAsync(() => client.SignInAsync(new SignInBody(name, password), ct), $"{draft.Server} does not let {name} in with this password");
        return draft with
        {
            Account = answer.Token.Subject.Length > 0 ? answer.Token.Subject : name,
            Token = BearerToken.Check(answer.Secret, "the server's answer"),
            TokenId = answer.Token.Id,
            ExpiresAt = answer.Token.ExpiresAt,
        };
    }

    /// <summary>How one signs in there; null when the server tells only who is signed in.</summary>
    private static async Task<SessionRecord?> SessionAsync(PlumbClient client, CancellationToken ct)
    {
        try
        {
            return await client.GetSessionAsync(ct);
        }
        catch (PlumbApiException e) when (e.Status is HttpStatusCode.Unauthorized)
        {
            return null;
        }
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> question, string refused)
    {
        try
        {
            return await question();
        }
        catch (PlumbApiException e) when (e.Status is HttpStatusCode.Unauthorized)
        {
            throw new PlumbApiException($"{refused} ({e.Message.TrimEnd('.')})", e.Status, e);
        }
    }

    private static string Known(ContextSet all, string? context, Func<string, string?> environment) =>
        context is not null && all.Find(context) is { } named ? named.Server
        : environment(DestinationRules.ServerVariable) is { Length: > 0 } server ? server
        : all.Find(all.Current)?.Server ?? ServerAddress.Usual;

    private static Destination DestinationOf(ServerContext context) => new(ServerAddress.Parse(context.Server)) { CaFile = context.CaFile };

    private static string DefaultName(Uri address) => address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}";
}
