using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app resume</c>.</summary>
internal static class AppResumeCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var output = Output.Option();
        var command = new DocumentedCommand("resume", "End an application's suspension: it is synced by itself again") { Examples = "plumb app resume shop" }.With(name, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var detail = await client.ResumeAsync(parsed.GetValue(name)!, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, detail, ApiJson.Default.ApplicationDetail)) terminal.Note($"{detail.Summary.Name} is resumed");
            return ExitCode.Ok;
        }));
        return command;
    }
}
