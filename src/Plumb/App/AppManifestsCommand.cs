using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app manifests</c>.</summary>
internal static class AppManifestsCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var output = Output.Option();
        var command = new DocumentedCommand("manifests", "What Git states of the application, as rendered, in apply order. Values of Secrets are masked.")
        {
            Examples = "plumb app manifests shop > shop.yaml",
        }.With(name, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            var manifests = await client.ListManifestsAsync(parsed.GetValue(name)!, ct);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, manifests, ApiJson.Default.IReadOnlyListManifestRecord)) Write(terminal, manifests);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static void Write(Terminal terminal, IReadOnlyList<ManifestRecord> manifests)
    {
        foreach (var manifest in manifests)
        {
            terminal.Out.WriteLine("---");
            if (manifest.Origin.Length > 0) terminal.Out.WriteLine($"# {manifest.Origin.ReplaceLineEndings(" ")}");
            terminal.Out.WriteLine(manifest.Yaml.TrimEnd('\n'));
        }

        if (manifests.Count == 0) terminal.Note("Git states nothing.");
    }
}
