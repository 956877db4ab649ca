using System.CommandLine;

namespace Plumb.Commands.Account;

/// <summary>An account's name, completed from the server when one answers soon.</summary>
internal static class AccountName
{
    public static Argument<string> Argument(ServerConnection server)
    {
        var name = new Argument<string>("name") { Description = "The account", HelpName = "NAME" };
        name.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListAccountsAsync(ct)).Select(a => a.Name)));
        return name;
    }
}
