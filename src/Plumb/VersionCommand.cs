using System.CommandLine;
using System.Reflection;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands;

/// <summary><c>plumb version</c>.</summary>
internal static class VersionCommand
{
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    public static Command Create(Terminal terminal)
    {
        var output = Output.Option();
        var command = new DocumentedCommand("version", "Show the version of this program") { Examples = "plumb version\nplumb version -o json" }.With(output);
        command.SetAction(parsed =>
        {
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, new VersionRecord(Version), ApiJson.Default.VersionRecord))
                terminal.Out.WriteLine($"plumb {Version}");
            return ExitCode.Ok;
        });
        return command;
    }
}
