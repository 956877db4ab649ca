using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.OneShot;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app diff</c>.</summary>
internal static class AppDiffCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var output = Output.Option();
        var command = new DocumentedCommand("diff", "What a sync of the application would change now")
        {
            Examples = "plumb app diff shop",
            Outcomes = ("no difference", "a difference"),
        };
        command.Add(name);
        command.Add(output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var plan = await client.GetPlanAsync(parsed.GetValue(name)!, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, plan, ApiJson.Default.PlanRecord)) PlanView.Write(terminal, [plan]);
            return PlanView.ExitCodeOf([plan]);
        }));
        return command;
    }
}
