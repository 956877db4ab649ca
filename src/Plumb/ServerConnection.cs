using System.CommandLine;
using Plumb.Api;

namespace Plumb.Commands;

/// <summary>Which server to speak to: <c>--server</c>, else <c>PLUMB_SERVER</c>, else this machine's usual port.</summary>
internal sealed class ServerConnection
{
    private const string Variable = "PLUMB_SERVER";
    private const string Usual = "http://127.0.0.1:8484";
    private static readonly TimeSpan CompletionLimit = TimeSpan.FromMilliseconds(700);

    public Option<string?> Address { get; } = new("--server")
    {
        Description = $"Address of the server. Default: ${Variable}, else {Usual}",
        HelpName = "URL",
        Recursive = true,
    };

    /// <summary>Runs an action with a client. No time limit: a sync takes as long as it takes.</summary>
    public async Task<int> UseAsync(ParseResult parsed, Func<PlumbClient, Task<int>> action)
    {
        using var http = Open(parsed.GetValue(Address), Timeout.InfiniteTimeSpan);
        return await action(new PlumbClient(http));
    }

    /// <summary>An application's name, completed from the server when one answers soon.</summary>
    public Argument<string> Name()
    {
        var name = new Argument<string>("name") { Description = "The application", HelpName = "NAME" };
        name.CompletionSources.Add(_ => Names());
        return name;
    }

    public IReadOnlyList<string> Names() => Ask(async (client, ct) => (await client.ListApplicationsAsync(ct)).Select(a => a.Name));

    public IReadOnlyList<string> ClusterNames() => Ask(async (client, ct) => (await client.ListClustersAsync(ct)).Select(c => c.Name));

    private static IReadOnlyList<string> Ask(Func<PlumbClient, CancellationToken, Task<IEnumerable<string>>> question)
    {
        try
        {
            using var http = Open(null, CompletionLimit);
            using var limit = new CancellationTokenSource(CompletionLimit);
            // The shell waits for the words: the library asks for them synchronously, and nothing else runs in this process.
            return [.. Task.Run(() => question(new PlumbClient(http), limit.Token)).GetAwaiter().GetResult()];
        }
        catch (Exception e) when (e is PlumbApiException or OperationCanceledException or UsageException)
        {
            return [];
        }
    }

    private static HttpClient Open(string? given, TimeSpan limit)
    {
        var text = given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : Usual);
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new UsageException($"the server's address {text} is not a URL; write one such as {Usual}");
        // A proxy in the environment is not for a server on this machine.
        return new HttpClient(new SocketsHttpHandler { UseProxy = !address.IsLoopback }) { BaseAddress = address, Timeout = limit };
    }
}
