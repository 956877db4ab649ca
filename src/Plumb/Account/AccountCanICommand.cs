using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Account;

/// <summary><c>plumb account can-i</c>.</summary>
internal static class AccountCanICommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var resource = new Argument<string>("resource") { Description = "applications, logs, clusters, repositories, projects, accounts, audit or settings", HelpName = "RESOURCE" };
        resource.CompletionSources.Add("applications", "logs", "clusters", "repositories", "projects", "accounts", "audit", "settings");
        var action = new Argument<string>("action") { Description = "get, create, update, delete, sync, …", HelpName = "ACTION" };
        action.CompletionSources.Add("get", "create", "update", "delete", "sync");
        var subject = new Argument<string>("subject")
        {
            Description = "PROJECT/APPLICATION for applications and logs, a name or address for others. Default: *, any",
            HelpName = "SUBJECT",
            DefaultValueFactory = _ => "*",
        };
        subject.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListApplicationsAsync(ct)).Select(a => $"{a.Project}/{a.Name}")));
        var command = new DocumentedCommand("can-i", "May I do this?")
        {
            Examples = """
                plumb account can-i applications sync shop/web
                plumb account can-i clusters create && plumb cluster add prod
                """,
            Outcomes = ("yes", "no"),
        }.With(resource, action, subject);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var answers = await client.CanAsync([new PermissionQuestion(parsed.GetValue(resource)!, parsed.GetValue(action)!, parsed.GetValue(subject)!)], ct);
            var may = answers is [true];
            terminal.Out.WriteLine(may ? "yes" : "no");
            return may ? ExitCode.Ok : ExitCode.No;
        }));
        return command;
    }
}
