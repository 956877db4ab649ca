using System.CommandLine;
using System.CommandLine.Completions;
using System.Net;
using Plumb.Api;
using Plumb.Commands.Contexts;
using Plumb.Commands.Terminals;

namespace Plumb.Commands;

/// <summary>The server that a command speaks to, by the rules of <see cref="DestinationRules"/>.</summary>
/// <param name="terminal">For warnings.</param>
internal sealed class ServerConnection(Terminal terminal)
{
    private static readonly TimeSpan CompletionLimit = TimeSpan.FromSeconds(2);

    private readonly Func<string, string?> _environment = Environment.GetEnvironmentVariable;

    public Option<string?> Address { get; } = new("--server")
    {
        Description = $"Address of the server. Default: ${DestinationRules.ServerVariable}, else that of the context",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Context { get; } = MakeContext();

    public ContextFile Contexts => ContextFile.OfUser(_environment);

    public Func<string, string?> Variables => _environment;

    /// <summary>Adds the options that choose the server to a command and all below it.</summary>
    public void AddTo(Command command)
    {
        command.Add(Address);
        command.Add(Context);
    }

    /// <summary>Runs an action with a client. No time limit: a sync takes as long as it takes.</summary>
    public async Task<int> UseAsync(ParseResult parsed, Func<PlumbClient, Task<int>> action)
    {
        var destination = Choose(parsed);
        if (destination.TokenFrom.Length > 0 && Contexts is var file && file.IsOpenToOthers())
            terminal.Warn($"others of this machine can read your tokens: chmod 600 {file.Path}");
        using var http = ServerHttp.Open(destination, Timeout.InfiniteTimeSpan);
        try
        {
            return await action(new PlumbClient(http));
        }
        catch (PlumbApiException e) when (e.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw SignInAdvice.Add(e, destination);
        }
    }

    public Destination Choose(ParseResult parsed) => new DestinationRules(parsed.GetValue(Address), parsed.GetValue(Context), _environment).Choose(Contexts.Read());

    /// <summary>An application's name, completed from the server when one answers soon.</summary>
    public Argument<string> Name()
    {
        var name = new Argument<string>("name") { Description = "The application", HelpName = "NAME" };
        name.CompletionSources.Add(Names);
        return name;
    }

    public IEnumerable<CompletionItem> Names(CompletionContext context) =>
        Suggest(context, async (client, ct) => (await client.ListApplicationsAsync(ct)).Select(a => a.Name));

    /// <summary>Words from the server that the command line names, when it answers soon; none otherwise.</summary>
    public IEnumerable<CompletionItem> Suggest(CompletionContext context, Func<PlumbClient, CancellationToken, Task<IEnumerable<string>>> question)
    {
        try
        {
            using var http = ServerHttp.Open(Choose(context.ParseResult), CompletionLimit);
            using var limit = new CancellationTokenSource(CompletionLimit);
            // The shell waits for the words: the library asks for them synchronously, and nothing else runs in this process.
            return [.. Task.Run(() => question(new PlumbClient(http), limit.Token)).GetAwaiter().GetResult().Select(w => new CompletionItem(w))];
        }
        catch (Exception e) when (e is PlumbApiException or OperationCanceledException or UsageException or InvalidOperationException)
        {
            return [];
        }
    }

    private static Option<string?> MakeContext()
    {
        var context = new Option<string?>("--context")
        {
            Description = $"Context of `plumb login` to use. Default: ${DestinationRules.ContextVariable}, else the current one, else {ServerAddress.Usual}",
            HelpName = "NAME",
            Recursive = true,
        };
        context.CompletionSources.Add(_ => ContextNames());
        return context;
    }

    public static IEnumerable<CompletionItem> ContextNames()
    {
        try
        {
            return [.. ContextFile.OfUser(Environment.GetEnvironmentVariable).Read().Contexts.Select(c => new CompletionItem(c.Name))];
        }
        catch (UsageException)
        {
            return [];
        }
    }
}
